/* resolver.c - resolves one image. */
#include "oci/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/reference.h"
#include "oci/lock.h"
#include "oci/manifest.h"

/* One image while it is looked for. */
struct search {
    struct cog_image_resolver *resolver;
    const char *name; /* as the plan has it */
    struct cog_reference reference;
    char *platform; /* "linux/amd64" */
    struct cog_pos at;
    struct cog_diags *diags;
};

static json_t *image_take(const char *key, const char *value, json_t *config,
                          const char *from)
{
    return json_pack("{s:s, s:o, s:s}", key, value, "config", config, "from", from);
}

/* What is asked for by digest: by nothing else, since a tag may have moved on. */
static char *engine_name(const struct cog_reference *reference)
{
    struct cog_reference lookup = *reference; /* borrows all of it */

    lookup.tag = lookup.digest ? NULL : lookup.tag;
    return cog_reference_familiar(&lookup);
}

/* Returns 1 with `*image`, 0 when the engine has none that fits, -1. */
static int in_engine(const struct search *s, json_t **image)
{
    const struct cog_image_resolver *r = s->resolver;
    auto_free char *name = engine_name(&s->reference);
    json_auto_t *inspect = NULL;

    int result = r->engine ? r->engine(r->engine_context, name, &inspect, s->diags) : 0;
    if (result != 1)
        return result;
    const char *digest = s->reference.digest;
    const char *id = json_string_value(json_object_get(inspect, "Id"));
    json_auto_t *config = cog_image_config(inspect);
    if (!digest)
        digest = cog_image_repository_digest(inspect, &s->reference);
    if (!cog_image_config_fits(config, r->os, r->arch)) {
        if (digest && !r->offline)
            return 0; /* the registry may have it for this platform as well */
        return cog_report(s->diags, COG_ERROR, s->at, "image.platform",
                          "the engine's image %s is not for %s", s->name, s->platform);
    }
    *image = image_take(digest ? "digest" : "id", digest ? digest : id, json_incref(config),
                        "engine");
    return 1;
}

static int in_registry(const struct search *s, json_t **image)
{
    const struct cog_image_resolver *r = s->resolver;
    const struct cog_image_wanted wanted = {
        .reference = &s->reference, .os = r->os, .arch = r->arch, .at = s->at};
    struct cog_image_found found;

    if (r->offline)
        return cog_report(s->diags, COG_ERROR, s->at, "image.missing",
                          "image %s is not in the engine, and no registry may be asked",
                          s->name);
    if (cog_registry_resolve(&r->registry, &wanted, &found, s->diags) < 0)
        return -1;
    *image = image_take("digest", found.digest, found.config, "registry");
    free(found.digest);
    return 1;
}

/* Completes the reference by the lock. */
static int use_lock(struct search *s)
{
    const struct cog_image_resolver *r = s->resolver;
    const char *known = cog_lock_digest(r->lock, s->name, s->platform);
    const char *given = s->reference.digest;

    if (r->locked && !known)
        return cog_report(s->diags, COG_ERROR, s->at, "lock.missing",
                          "cog.lock lacks image %s for %s", s->name, s->platform);
    if (r->locked && given && strcmp(given, known) != 0)
        return cog_report(s->diags, COG_ERROR, s->at, "lock.differs",
                          "image %s is %s in cog.lock", s->name, known);
    if (known && !given && !r->update)
        s->reference.digest = cog_strdup(known);
    return 0;
}

static int find(struct search *s, json_t **image)
{
    const char *reason;

    if (cog_reference_parse(&s->reference, s->name, &reason) < 0)
        return cog_report(s->diags, COG_ERROR, s->at, "image.name", "image \"%s\": %s",
                          s->name, reason);
    if (use_lock(s) < 0)
        return -1;
    int result = in_engine(s, image);
    return result ? result : in_registry(s, image);
}

/* Whether the lock has all of the image: with `locked` it is left as it is. */
static bool is_locked(const struct search *s, const char *digest)
{
    const json_t *lock = s->resolver->lock;
    const char *known = cog_lock_digest(lock, s->name, s->platform);

    return known && strcmp(known, digest) == 0 && cog_lock_found(lock, digest, s->platform);
}

static json_t *find_image(struct cog_image_resolver *resolver, const char *name,
                          struct cog_pos at, struct cog_diags *diags)
{
    struct search search = {.resolver = resolver, .name = name, .at = at, .diags = diags};
    json_t *image = NULL;

    search.platform = cog_printf("%s/%s", resolver->os, resolver->arch);
    (void)find(&search, &image);
    const char *digest = json_string_value(json_object_get(image, "digest"));
    if (digest && !resolver->locked && !is_locked(&search, digest)) {
        json_auto_t *found = json_copy(image);
        json_object_del(found, "digest");
        (void)cog_lock_set(resolver->changes, name, search.platform, digest, found);
    }
    cog_reference_release(&search.reference);
    free(search.platform);
    return image;
}

json_t *cog_image_resolver_find_all(struct cog_image_resolver *resolver,
                                    const json_t *names, struct cog_diags *diags)
{
    json_t *images = json_object(), *place;
    const char *name;
    bool complete = true;

    json_object_foreach((json_t *)names, name, place) {
        auto_free char *file = NULL;
        struct cog_pos at = cog_pos_parse(json_string_value(place), &file);
        json_t *image = find_image(resolver, name, *file ? at : (struct cog_pos){0}, diags);
        complete = complete && image;
        if (image)
            json_object_set_new(images, name, image);
    }
    if (complete)
        return images;
    json_decref(images);
    return NULL;
}
