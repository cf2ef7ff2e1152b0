/* package.c - requirements, URLs and paths. */
#include "pep/package.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/lines.h"
#include "pep/requirement.h"
#include "pep/url.h"
#include "pep/wheel.h"

struct reader {
    struct cog_pos at;
    struct cog_diags *diags;
};

static json_t *complain(const struct reader *r, const char *code, const char *what,
                        const char *text)
{
    cog_report(r->diags, COG_ERROR, r->at, code, "%s: %s", what, text);
    return NULL;
}

static json_t *no_variable(const struct reader *r, const char *text)
{
    return complain(r, "requirements.variable",
                    "a variable can stand in a URL only, because what it will be is not "
                    "known yet; write it out",
                    text);
}

static json_t *strings(char *const *list)
{
    json_t *array = json_array();

    for (; *list; list++)
        json_array_append_new(array, json_string(*list));
    return array;
}

/* `url` and `text` may be NULL; they are then for cog_package_place() to say. */
static json_t *make(const struct reader *r, const struct cog_requirement *q,
                    const char *url, const char *text)
{
    return json_pack("{s:s?, s:o, s:s, s:s?, s:s?, s:[], s:s, s:o}", "name", q->name,
                     "extras", strings(q->extras), "specifier", q->specifier, "marker",
                     q->marker, "url", url, "hashes", "text", text ? text : ".", "origin",
                     cog_pos_json(r->at));
}

/* Parses without a word when it fails. */
static bool parse(struct cog_requirement *q, const char *text)
{
    struct cog_diags quiet;

    cog_diags_init(&quiet, "");
    bool parsed = cog_requirement_parse(q, text, (struct cog_pos){0}, &quiet) == 0;
    cog_diags_release(&quiet);
    return parsed;
}

static bool parses(const char *text)
{
    struct cog_requirement q;
    bool parsed = parse(&q, text);

    cog_requirement_release(&q);
    return parsed;
}

/* What stands around a place: `name` is what it says of itself ("n", "n==1") or NULL,
 * `extras` is "[x]" or "", `marker` may be NULL. Returns 0, or -1 after a diagnostic. */
static int describe(const struct reader *r, struct cog_requirement *q, const char *name,
                    const char *extras, const char *marker)
{
    const char *called = name ? name : "unnamed";
    size_t split = strcspn(called, "=");
    auto_free char *limit = cog_printf("x ; %s", marker ? marker : "");
    auto_free char *choice = cog_printf("x%s", extras);
    auto_free char *whole = cog_printf("%.*s%s%s%s", (int)split, called, extras,
                                       called + split, marker ? limit + 1 : "");

    if (strpbrk(called, ";@") || !parse(q, whole)) {
        if (marker && !parses(limit))
            complain(r, "requirements.syntax", "this is not a marker", marker);
        else if (!parses(choice))
            complain(r, "requirements.syntax", "these are no extras", extras);
        else
            complain(r, "requirements.syntax", "this is not a name and version", called);
        return -1;
    }
    if (!name) {
        free(q->name);
        q->name = NULL;
    }
    return 0;
}

/* The name and version in `file`, when it is a wheel, else the egg fragment of `url` (which
 * may be NULL); may be NULL. The caller frees it. Returns 0, or -1 after a diagnostic. */
static int find_name(const struct reader *r, const char *file, const char *url, char **name)
{
    *name = NULL;
    if (!cog_is_wheel(file)) {
        *name = url ? cog_url_fragment(url, "egg") : NULL;
        return 0;
    }
    *name = cog_wheel_requirement(file);
    if (*name && parses(*name))
        return 0;
    complain(r, "requirements.wheel",
             "a wheel is called NAME-VERSION-PYTHON-ABI-PLATFORM.whl, not", file);
    free(*name);
    *name = NULL;
    return -1;
}

/* A file or folder. `url` is the file: URL that names it, or NULL. */
static json_t *read_path(const struct reader *r, const char *path, const char *url,
                         const char *extras, const char *marker)
{
    struct cog_requirement q;
    const char *slash = strrchr(path, '/');
    auto_free char *name = NULL;
    size_t length;
    json_auto_t *valid = json_string(path);

    if (cog_url_variable(path, &length))
        return no_variable(r, path);
    if (!valid || !*path)
        return complain(r, "requirements.path", "a file name is missing", url ? url : path);
    if (find_name(r, slash ? slash + 1 : path, url, &name) < 0 ||
        describe(r, &q, name, extras, marker) < 0)
        return NULL;
    json_t *package = make(r, &q, NULL, NULL);
    json_object_set_new(package, "path", json_string(path));
    cog_requirement_release(&q);
    return package;
}

static json_t *read_file_url(const struct reader *r, const char *url, const char *marker)
{
    auto_free char *path = cog_url_file(url);
    auto_free char *folder = cog_url_fragment(url, "subdirectory");

    if (!path)
        return complain(r, "requirements.outside", "a file of another machine", url);
    if (folder)
        return complain(r, "requirements.unsupported",
                        "#subdirectory of a local path; write the path of that folder",
                        url);
    return read_path(r, path, url, "", marker);
}

static json_t *read_url(const struct reader *r, const char *url, const char *marker)
{
    struct cog_requirement q;
    auto_free char *file = cog_url_name(url);
    auto_free char *name = NULL;

    if (strncasecmp(url, "file:", 5) == 0)
        return read_file_url(r, url, marker);
    if (cog_url_vcs(url) && strncasecmp(url + strcspn(url, "+"), "+file:", 6) == 0)
        return complain(r, "requirements.unsupported",
                        "a repository of this machine, which the build does not have", url);
    if (strpbrk(url, " \t"))
        return complain(r, "requirements.syntax",
                        "a URL has no spaces; before a marker there is one, and one after "
                        "its semicolon",
                        url);
    if (url[cog_url_without_extras(url)] && !strchr(url, '#'))
        return complain(r, "requirements.syntax",
                        "extras cannot follow a URL; write NAME[EXTRA] @ URL", url);
    if (find_name(r, file, url, &name) < 0 || describe(r, &q, name, "", marker) < 0)
        return NULL;
    auto_free char *text =
        cog_printf("%s%s%s", url, marker ? " ; " : "", marker ? q.marker : "");
    json_t *package = make(r, &q, url, text);
    cog_requirement_release(&q);
    return package;
}

/* Variables may stand in the URL of "name @ URL", nowhere else. */
static bool misplaced_variable(const char *text, const char *marker)
{
    const char *at = strchr(text, '@');
    size_t length;
    const char *variable = cog_url_variable(text, &length);

    return (variable && (!at || variable < at)) ||
           (marker && cog_url_variable(marker, &length));
}

/* "name @ file:…": the name is known, the place is a path. */
static json_t *read_named_path(const struct reader *r, const struct cog_requirement *q)
{
    auto_free char *path = cog_url_file(q->url);
    json_auto_t *place = read_file_url(r, q->url, NULL);

    if (!place)
        return NULL;
    json_t *package = make(r, q, NULL, NULL);
    json_object_set_new(package, "path", json_string(path));
    return package;
}

/* A requirement of PEP 508. `marker` is what pip takes for its marker, or NULL. */
static json_t *read_named(const struct reader *r, const char *text, const char *marker)
{
    struct cog_requirement q;
    json_t *package = NULL;
    auto_free char *whole =
        cog_printf("%s%s%s", text, marker ? " ; " : "", marker ? marker : "");

    if (misplaced_variable(text, marker))
        return no_variable(r, whole);
    if (cog_requirement_parse(&q, whole, r->at, r->diags) < 0)
        return NULL;
    auto_free char *canonical = cog_requirement_text(&q);
    if (!q.url || (cog_is_url(q.url) && strncasecmp(q.url, "file:", 5) != 0))
        package = make(r, &q, q.url, canonical);
    else if (cog_is_url(q.url))
        package = read_named_path(r, &q);
    else
        complain(r, "requirements.syntax",
                 "only a URL can stand after @; write a path by itself", whole);
    cog_requirement_release(&q);
    return package;
}

/* What is behind `separator`, or NULL when that is nothing; ends `text` there, and strips
 * both. */
static char *cut_marker(char *text, const char *separator)
{
    char *split = strstr(text, separator);
    char *marker = cog_strdup(split ? split + strlen(separator) : "");

    if (split)
        *split = '\0';
    cog_lines_strip(text);
    cog_lines_strip(marker);
    if (*marker)
        return marker;
    free(marker);
    return NULL;
}

static json_t *read_bare_path(const struct reader *r, const char *text, const char *marker)
{
    size_t length = cog_url_without_extras(text);
    auto_free char *path = cog_strndup(text, length);
    const char *extras = text + length;

    return read_path(r, path, NULL, extras + strspn(extras, " "), marker);
}

json_t *cog_package_read(const char *text, struct cog_pos at, struct cog_diags *diags)
{
    const struct reader r = {at, diags};
    bool url = cog_is_url(text);
    auto_free char *body = cog_strdup(text);
    auto_free char *marker = cut_marker(body, url ? "; " : ";");

    if (url)
        return read_url(&r, body, marker);
    if (cog_is_local_path(body))
        return read_bare_path(&r, body, marker);
    return read_named(&r, body, marker);
}

/* "git:…" is short for "git+git:…", and so on. The caller frees it. */
static char *vcs_url(const char *text)
{
    static const char *const systems[] = {"git:", "hg:", "svn:", "bzr:"};

    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        size_t length = strlen(systems[i]);
        if (strncasecmp(text, systems[i], length) == 0)
            return cog_printf("%.*s+%s", (int)length - 1, systems[i], text);
    }
    return cog_strdup(text);
}

static bool is_direct(const char *text)
{
    struct cog_requirement q;
    bool direct = parse(&q, text) && q.url;

    cog_requirement_release(&q);
    return direct;
}

static json_t *read_editable(const struct reader *r, const char *text)
{
    auto_free char *url = vcs_url(text);

    if (is_direct(text))
        return read_named(r, text, NULL);
    if (cog_is_url(url))
        return read_url(r, url, NULL);
    return read_bare_path(r, text, NULL);
}

json_t *cog_package_read_editable(const char *text, struct cog_pos at,
                                  struct cog_diags *diags)
{
    const struct reader r = {at, diags};
    json_t *package = read_editable(&r, text);
    const char *url = json_string_value(json_object_get(package, "url"));

    if (url && strchr(url, ';'))
        complain(&r, "requirements.syntax",
                 "the ; is in the URL; before a marker there is a space", text);
    else if (url && !cog_url_vcs(url))
        complain(&r, "requirements.syntax",
                 "only a folder or the URL of a repository can be editable", text);
    else if (url && json_is_null(json_object_get(package, "name")))
        complain(&r, "requirements.syntax",
                 "the name of the package is missing; write NAME @ URL", text);
    else
        return package && json_object_set_new(package, "editable", json_true()) == 0
                   ? package
                   : NULL;
    json_decref(package);
    return NULL;
}

int cog_package_place(json_t *package, const char *path, struct cog_pos at,
                      struct cog_diags *diags)
{
    const json_t *extra;
    size_t index, size;
    const char *marker = json_string_value(json_object_get(package, "marker"));
    char *text;

    if (strpbrk(path, ";[]") || strstr(path, " -") || strstr(path, " #") ||
        cog_url_variable(path, &size))
        return cog_report(diags, COG_ERROR, at, "requirements.path",
                          "pip would not read this as a path; rename it: %s", path);
    FILE *out = cog_text_open(&text, &size);
    (void)fprintf(out, "./%s", strcmp(path, ".") == 0 ? "" : path);
    json_array_foreach(json_object_get(package, "extras"), index, extra) {
        (void)fprintf(out, "%c%s", index ? ',' : '[', json_string_value(extra));
    }
    (void)fputs(json_array_size(json_object_get(package, "extras")) ? "]" : "", out);
    (void)fprintf(out, "%s%s", marker ? " ; " : "", marker ? marker : "");
    cog_text_close(out, &text);
    json_object_set_new(package, "text", json_string(text));
    json_object_set_new(package, "path", json_string(path));
    free(text);
    return 0;
}
