/* document.c - the documents of a build. */
#include "buildkit/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "model/reference.h"

void *cog_build_request_load(struct cog_build_request *request, const json_t *build,
                             struct cog_diags *diags)
{
    const char *text = json_string_value(json_object_get(build, "definition"));
    const char *digest = json_string_value(json_object_get(build, "digest"));
    size_t size = 0;
    unsigned char *definition = text ? cog_base64_decode(text, &size) : NULL;
    auto_free char *found = cog_sha256(definition ? (char *)definition : "", size);

    if (!definition || !digest || strcmp(found, digest) != 0) {
        cog_report(diags, COG_ERROR, (struct cog_pos){0}, "build.definition",
                   definition ? "the definition is not the one that the digest is of"
                              : "the definition is not base64");
        free(definition);
        return NULL;
    }
    request->definition = definition;
    request->definition_size = size;
    request->image = json_object_get(build, "image");
    request->label_files = json_object_get(build, "label_files");
    request->vertices = json_object_get(build, "vertices");
    request->epoch = json_object_get(build, "epoch");
    request->host_network = json_array_size(json_object_get(build, "entitlements")) > 0;
    return definition;
}

json_t *cog_image_tags(const json_t *tags, struct cog_diags *diags)
{
    json_auto_t *names = json_array();
    const json_t *tag;
    size_t index;
    bool valid = true;

    json_array_foreach(tags, index, tag) {
        const char *text = json_string_value(tag), *reason = "it is not a text";
        struct cog_reference name = {0};
        if (!text || cog_reference_parse(&name, text, &reason) < 0 || name.digest) {
            cog_report(diags, COG_ERROR, (struct cog_pos){0}, "build.tag",
                       "\"%s\" cannot be the name of an image: %s", text ? text : "",
                       name.digest ? "it has a digest" : reason);
            valid = false;
        } else {
            auto_free char *full = cog_reference_full(&name);
            json_array_append_new(names, json_string(full));
        }
        cog_reference_release(&name);
    }
    return valid ? json_incref(names) : NULL;
}

static void copy(json_t *to, const char *key, const json_t *from, const char *from_key)
{
    json_t *value = json_object_get(from, from_key);

    if (value)
        json_object_set(to, key, value);
}

json_t *cog_image_document(const json_t *build, json_t *tags, const struct cog_built *built)
{
    static const char digest[] = "containerimage.digest",
                      config_digest[] = "containerimage.config.digest";
    json_t *image = json_object();

    bool made = json_object_get(built->answer, digest); /* files alone have none */

    json_object_set_new(image, "schema", json_string("cog/image-1"));
    json_object_set_new(image, "tags", made ? json_incref(tags) : json_array());
    json_object_set(image, "config", built->config);
    json_object_set(image, "steps", built->steps);
    copy(image, "llb", build, "digest");
    copy(image, "plan", build, "plan");
    const json_t *config = json_object_get(built->answer, config_digest);
    copy(image, "id", built->answer,
         config && built->known_by_config ? config_digest : digest);
    /* an engine without the containerd store knows one digest, that of the config */
    if (config && !json_equal(json_object_get(built->answer, digest), config))
        copy(image, "digest", built->answer, digest);
    return image;
}
