/* field.c - typed members of a manifest's tables. */
#include "manifest/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"

struct cog_pos cog_field_at(const struct cog_manifest *m, const json_t *node)
{
    return m->toml ? cog_toml_at(m->toml, node) : (struct cog_pos){m->file, m->line, 0};
}

json_t *cog_field_origin(const struct cog_manifest *m, const json_t *node)
{
    return cog_pos_json(cog_field_at(m, node));
}

static void complain(const struct cog_manifest *m, const json_t *node, const char *what,
                     const char *wanted)
{
    cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.type",
               "%s must be %s here", what, wanted);
}

const json_t *cog_field_as_table(const struct cog_manifest *m, const json_t *node,
                                 const char *what)
{
    if (json_is_object(node))
        return node;
    complain(m, node, what, "a table");
    return NULL;
}

const char *cog_field_as_text(const struct cog_manifest *m, const json_t *node,
                              const char *what)
{
    if (json_is_string(node))
        return json_string_value(node);
    complain(m, node, what, "a string");
    return NULL;
}

const char *cog_field_text(const struct cog_manifest *m, const json_t *table,
                           const char *name)
{
    const json_t *node = json_object_get(table, name);
    return node ? cog_field_as_text(m, node, name) : NULL;
}

const json_t *cog_field_table(const struct cog_manifest *m, const json_t *table,
                              const char *name)
{
    const json_t *node = json_object_get(table, name);
    return node ? cog_field_as_table(m, node, name) : NULL;
}

const json_t *cog_field_list(const struct cog_manifest *m, const json_t *table,
                             const char *name)
{
    const json_t *node = json_object_get(table, name);

    if (!node || json_is_array(node))
        return node;
    complain(m, node, name, "a list");
    return NULL;
}

json_t *cog_field_texts(const struct cog_manifest *m, const json_t *table, const char *name)
{
    const json_t *list = cog_field_list(m, table, name);
    json_t *texts = list ? json_array() : NULL, *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (cog_field_as_text(m, item, name))
            json_array_append(texts, item);
    }
    return texts;
}

const json_t *cog_field_find(const json_t *table, const char *const *names)
{
    for (; table && *names; names++)
        table = json_object_get(table, *names);
    return table;
}

char *cog_field_name(const struct cog_manifest *m, const char *text, const json_t *node)
{
    struct cog_requirement q;

    if (cog_requirement_parse(&q, text, cog_field_at(m, node), m->diags) < 0)
        return NULL;
    char *name = cog_strdup(q.name);
    bool bare = !*q.specifier && !q.url && !q.marker && !*q.extras;
    cog_requirement_release(&q);
    if (bare)
        return name;
    free(name);
    cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.name",
               "\"%s\" is not a package name", text);
    return NULL;
}

int cog_field_url(const struct cog_manifest *m, const char *url, const json_t *node)
{
    const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
    size_t length = strcspn(host, "/?#");
    const char *at = memchr(host, '@', length);

    if (!at || !scheme || strncmp(host, "git@", 4) == 0)
        return 0;
    return cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.credentials",
                      "the URL of %.*s has a user or a password in it, which would stay in "
                      "the image; take it out, and give it with --secret id=netrc,src=FILE",
                      (int)(host + length - at - 1), at + 1);
}

bool cog_field_is_default(const char *index_url)
{
    static const char public[] = "https://pypi.org/simple";
    size_t length = strlen(public);

    return strncmp(index_url, public, length) == 0 &&
           (!index_url[length] || strcmp(index_url + length, "/") == 0);
}

char *cog_field_path(const struct cog_manifest *m, const char *path, const json_t *node)
{
    auto_free char *below = cog_printf("%s/.x", path);
    char *inside = cog_path_inside(m->file, below);

    if (!inside) {
        cog_report(m->diags, COG_ERROR, cog_field_at(m, node), "manifest.outside",
                   "%s is outside of the project's folder", path);
        return NULL;
    }
    size_t length = strlen(inside) - strlen(".x");
    if (length == 0)
        memcpy(inside, ".", 2);
    else
        inside[length - 1] = '\0';
    return inside;
}

char *cog_field_git(const char *url, const char *commit, const char *subdirectory)
{
    return cog_printf("%s%s%s%s%s%s", strncmp(url, "git+", 4) == 0 ? "" : "git+", url,
                      commit ? "@" : "", commit ? commit : "",
                      subdirectory ? "#subdirectory=" : "",
                      subdirectory ? subdirectory : "");
}

json_t *cog_field_strings(char *const *texts)
{
    json_t *array = json_array();

    for (; *texts; texts++)
        json_array_append_new(array, json_string(*texts));
    return array;
}
