/* output.c - what is to become of a build: options as buildx(1) and buildctl(1) have them.
 */
#include "buildkit/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

static const struct cog_pos nowhere = {0};

/* Cuts the next field off `*rest`, in place, and takes its quotes away; NULL: none is left.
 */
static char *next_field(char **rest)
{
    char *field = *rest, *to = field, *from = field;
    bool quoted = false;

    if (!field)
        return NULL;
    for (; *from && (quoted || *from != ','); from++) {
        if (*from == '"' && quoted && from[1] == '"')
            *to++ = *from++;
        else if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
    }
    *rest = *from ? from + 1 : NULL;
    *to = '\0';
    return field;
}

/* An option's fields, "KEY=VALUE,KEY=VALUE", where double quotes hold a field with commas
 * together (RFC 4180). Returns an object of texts; a field without "=" has the value NULL
 * in `*bare`. Returns NULL when a field is neither. The caller frees both. */
static json_t *fields_of(const char *text, char **bare)
{
    auto_free char *copy = cog_strdup(text);
    json_auto_t *fields = json_object();

    *bare = NULL;
    for (char *rest = copy, *field; (field = next_field(&rest));) {
        char *equals = strchr(field, '=');
        if (!equals && !rest && !*bare && json_object_size(fields) == 0) {
            *bare = cog_strdup(field);
            continue;
        }
        if (!equals || equals == field)
            return NULL;
        *equals = '\0';
        json_object_set_new(fields, field, json_string(equals + 1));
    }
    return json_incref(fields);
}

static json_t *refuse(const char *option, const char *text, const char *what,
                      struct cog_diags *diags)
{
    cog_report(diags, COG_ERROR, nowhere, "usage.option", "%s %s, not \"%s\"", option, what,
               text);
    return NULL;
}

/* Takes a member out of the object; NULL: it is not there. A new reference. */
static json_t *take(json_t *object, const char *key)
{
    json_t *value = json_incref(json_object_get(object, key));

    (void)json_object_del(object, key);
    return value;
}

static bool is(const json_t *text, const char *value)
{
    return strcmp(json_string_value(text), value) == 0;
}

json_t *cog_output_parse(const char *text, const char *option, struct cog_diags *diags)
{
    static const char *const types[] = {"image", "registry", "docker",    "oci",
                                        "tar",   "local",    "cacheonly", NULL};
    auto_free char *bare = NULL;
    json_auto_t *attrs = fields_of(text, &bare);
    const char *const *known = types;

    if (bare && *bare) /* "-" or a folder */
        return strcmp(bare, "-") == 0
                   ? json_pack("{s:s, s:s, s:{}}", "type", "tar", "dest", "-", "attrs")
                   : json_pack("{s:s, s:s, s:{}}", "type", "local", "dest", bare, "attrs");
    json_auto_t *type = take(attrs, "type"), *dest = take(attrs, "dest");
    while (type && *known && !is(type, *known))
        known++;
    if (!type || !*known)
        return refuse(option, text,
                      "takes type=image, registry, docker, oci, tar, local or cacheonly, "
                      "with attributes behind commas, or a folder",
                      diags);
    if (is(type, "registry")) {
        json_object_set_new(attrs, "push", json_string("true"));
        json_string_set(type, "image");
    }
    if ((is(type, "oci") || is(type, "tar")) && !dest)
        dest = json_string("-");
    if (is(type, "local") && (!dest || is(dest, "-")))
        return refuse(option, text, "needs dest=FOLDER with type=local", diags);
    json_t *output = json_pack("{s:O, s:O}", "type", type, "attrs", attrs);
    if (dest)
        json_object_set(output, "dest", dest);
    return output;
}

json_t *cog_cache_parse(const char *text, const char *option, struct cog_diags *diags)
{
    auto_free char *bare = NULL;
    json_auto_t *attrs = fields_of(text, &bare);

    if (bare && *bare)
        return json_pack("{s:s, s:{s:s}}", "type", "registry", "attrs", "ref", bare);
    json_auto_t *type = take(attrs, "type");
    if (!type)
        return refuse(option, text, "takes type=TYPE,KEY=VALUE,… or the name of an image",
                      diags);
    return json_pack("{s:O, s:O}", "type", type, "attrs", attrs);
}
