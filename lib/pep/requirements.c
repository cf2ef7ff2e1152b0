/* requirements.c - pip's requirements files: logical lines, then options or a requirement.
 */
#include "pep/requirements.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/requirement.h"

struct reader {
    struct cog_requirements *out;
    struct cog_diags *diags;
    struct cog_pos at;
};

static int complain(const struct reader *r, const char *code, const char *text,
                    const char *what)
{
    return cog_report(r->diags, COG_ERROR, r->at, code, "%s: %s", what, text);
}

static json_t *origin_of(struct cog_pos at)
{
    json_t *origin = json_pack("{s:s}", "file", at.file);

    if (at.line)
        json_object_set_new(origin, "line", json_integer(at.line));
    if (at.line && at.column)
        json_object_set_new(origin, "column", json_integer(at.column));
    return origin;
}

/* Options of the whole file that pip takes with a value, and those without. */
static const char *const valued_options[] = {
    "-i",          "--index-url",   "--extra-index-url", "-f", "--find-links",
    "--no-binary", "--only-binary", "--trusted-host",    NULL,
};
static const char *const plain_options[] = {"--no-index", "--pre", "--prefer-binary",
                                            "--require-hashes", NULL};

static bool listed(const char *const *names, const char *word, size_t length)
{
    for (; *names; names++)
        if (strlen(*names) == length && strncmp(*names, word, length) == 0)
            return true;
    return false;
}

static bool has_credentials(const char *text)
{
    const char *scheme = strstr(text, "://");

    if (!scheme)
        return false;
    const char *host = scheme + 3;
    size_t authority = strcspn(host, "/?# \t");
    return memchr(host, '@', authority) != NULL && strncmp(host, "git@", 4) != 0;
}

/* The value of an option: "--name=value", "--name value", "-nvalue". */
static const char *value_of(const char *line, size_t name)
{
    const char *value = line + name;
    return value + strspn(value, "= \t");
}

static int add_file(const struct reader *r, const char *path, bool constraint)
{
    if (!*path)
        return complain(r, "requirements.syntax", path, "the path of a file is missing");
    json_array_append_new(r->out->files,
                          json_pack("{s:s, s:b, s:o}", "path", path, "constraint",
                                    constraint, "origin", origin_of(r->at)));
    return 0;
}

static int add_option(const struct reader *r, const char *line, size_t name)
{
    const char *value = value_of(line, name);
    bool links = strncmp(line, "-f", 2) == 0 || strncmp(line, "--find-links", 12) == 0;

    if (listed(valued_options, line, name) && !*value)
        return complain(r, "requirements.syntax", line, "a value is missing");
    if (links && !strstr(value, "://"))
        return complain(r, "requirements.unsupported", line,
                        "a local folder of wheels cannot be used yet; name a URL");
    auto_free char *text =
        *value ? cog_printf("%.*s %s", (int)name, line, value) : cog_strndup(line, name);
    json_array_append_new(
        r->out->options, json_pack("{s:s, s:o}", "text", text, "origin", origin_of(r->at)));
    return 0;
}

static int read_option(const struct reader *r, const char *line)
{
    size_t name = strcspn(line, "= \t");

    if (line[1] != '-' && name > 2)
        name = 2; /* -rfile */
    if (listed((const char *const[]){"-r", "--requirement", NULL}, line, name))
        return add_file(r, value_of(line, name), false);
    if (listed((const char *const[]){"-c", "--constraint", NULL}, line, name))
        return add_file(r, value_of(line, name), true);
    if (listed((const char *const[]){"-e", "--editable", NULL}, line, name))
        return complain(
            r, "requirements.unsupported", line,
            "an editable install has no meaning in an image; remove the line, the "
            "project is in the image anyway");
    if (!listed(valued_options, line, name) && !listed(plain_options, line, name))
        return complain(r, "requirements.option", line, "pip has no such option here");
    return add_option(r, line, name);
}

/* Cuts " --hash=sha256:…" and the like off the end of `line`, into `hashes`. */
static int cut_hashes(const struct reader *r, char *line, json_t *hashes)
{
    char *option = strstr(line, " --");

    if (!option)
        return 0;
    char *next = option;
    while (next && *(next += strspn(next, " \t"))) {
        size_t length = strcspn(next, " \t");
        auto_free char *word = cog_strndup(next, length);
        if (strncmp(word, "--hash=", 7) != 0)
            return complain(r, "requirements.unsupported", word,
                            "this option of a requirement cannot be used yet");
        json_array_append_new(hashes, json_string(word + 7));
        next += length;
    }
    *option = '\0';
    return 0;
}

static json_t *strings(char *const *list)
{
    json_t *array = json_array();

    for (; *list; list++)
        json_array_append_new(array, json_string(*list));
    return array;
}

static int add_package(json_t *packages, const char *text, json_t *hashes,
                       struct cog_pos at, struct cog_diags *diags)
{
    struct cog_requirement q;

    if (cog_requirement_parse(&q, text, at, diags) < 0)
        return -1;
    auto_free char *canonical = cog_requirement_text(&q);
    json_array_append_new(
        packages, json_pack("{s:s, s:o, s:s, s:s?, s:s?, s:O, s:s, s:b, s:o}", "name",
                            q.name, "extras", strings(q.extras), "specifier", q.specifier,
                            "marker", q.marker, "url", q.url, "hashes", hashes, "text",
                            canonical, "constraint", 0, "origin", origin_of(at)));
    cog_requirement_release(&q);
    return 0;
}

static bool is_path(const char *line)
{
    size_t length = strcspn(line, " \t;[");
    const char *end = line + length;

    return *line == '.' || *line == '/' || strncmp(line, "file:", 5) == 0 ||
           (length > 4 && strncmp(end - 4, ".whl", 4) == 0) ||
           (memchr(line, '/', length) && !strchr(line, '@'));
}

static int read_package(const struct reader *r, char *line)
{
    json_auto_t *hashes = json_array();

    if (is_path(line) || strstr(line, "@ file:"))
        return complain(r, "requirements.unsupported", line,
                        "a package of a local path or bare URL cannot be installed yet; "
                        "name it as \"NAME @ URL\"");
    if (cut_hashes(r, line, hashes) < 0)
        return -1;
    return add_package(r->out->packages, line, hashes, r->at, r->diags);
}

/* A # at the start or after a space begins a comment; a URL may hold one elsewhere. */
static void strip(char *line)
{
    for (char *hash = strchr(line, '#'); hash; hash = strchr(hash + 1, '#'))
        if (hash == line || hash[-1] == ' ' || hash[-1] == '\t') {
            *hash = '\0';
            break;
        }
    size_t length = strlen(line);
    while (length && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    size_t blank = strspn(line, " \t");
    memmove(line, line + blank, length - blank + 1);
}

static int read_line(const struct reader *r, char *line)
{
    strip(line);
    if (!*line)
        return 0;
    if (strstr(line, "${"))
        return complain(r, "requirements.unsupported", line,
                        "environment variables cannot be used yet");
    if (has_credentials(line))
        return cog_report(
            r->diags, COG_ERROR, r->at, "requirements.credentials",
            "a URL with a user or password would stay in the image's history; "
            "keep credentials out of this file");
    return *line == '-' ? read_option(r, line) : read_package(r, line);
}

/* The length of the physical line at `text` without its end, and whether the next one
 * continues it. */
static size_t physical_line(const char *text, bool *more)
{
    size_t length = strcspn(text, "\n");

    while (length && text[length - 1] == '\r')
        length--;
    *more = length && text[length - 1] == '\\';
    return *more ? length - 1 : length;
}

/* Copies one logical line, joined over its continuations, and moves `*text` behind it. */
static char *logical_line(const char **text, unsigned *lines)
{
    const char *next = *text;
    char *line = cog_strdup("");
    size_t size = 0;

    for (bool more = true; more && *next; ++*lines) {
        size_t length = physical_line(next, &more);
        line = cog_realloc(line, size + length + 1, 1);
        memcpy(line + size, next, length);
        line[size += length] = '\0';
        next += strcspn(next, "\n");
        next += *next == '\n';
    }
    *text = next;
    return line;
}

int cog_requirements_read(struct cog_requirements *requirements, const char *text,
                          const char *file, struct cog_diags *diags)
{
    struct reader reader = {requirements, diags, {.file = file}};
    unsigned next = 1;
    int result = 0;

    json_auto_t *valid = json_string(text);
    if (!valid)
        return cog_report(diags, COG_ERROR, reader.at, "requirements.encoding",
                          "is not UTF-8; save it as UTF-8");
    *requirements = (struct cog_requirements){json_array(), json_array(), json_array()};
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    while (*text) {
        reader.at.line = next;
        char *line = logical_line(&text, &next);
        result |= read_line(&reader, line);
        free(line);
    }
    if (result < 0)
        cog_requirements_release(requirements);
    return result;
}

int cog_requirements_add(json_t *packages, const char *text, struct cog_pos at,
                         struct cog_diags *diags)
{
    json_auto_t *hashes = json_array();
    return add_package(packages, text, hashes, at, diags);
}

void cog_requirements_release(struct cog_requirements *requirements)
{
    json_decref(requirements->packages);
    json_decref(requirements->options);
    json_decref(requirements->files);
    *requirements = (struct cog_requirements){0};
}
