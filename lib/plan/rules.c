/* rules.c - what may stand in the fields of a plan. */
#include "plan/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"

enum {
    /* Linux's MAX_ARG_STRLEN: a word of a command, or NAME=VALUE, with its NUL. */
    MAX_WORD = 131072,
    /* Files that are spelled out are part of the request to build, which old engines take
     * up to 4 MiB of. */
    MAX_TEXT = 3 << 20,
};

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

void cog_rules_complain(struct cog_rules *r, enum cog_severity severity,
                        const char *pointer, const char *code, const char *name,
                        const char *what)
{
    r->result |= cog_report(r->diags, severity, (struct cog_pos){.file = "<stdin>"}, code,
                            "%s: \"%s\" %s", pointer, name, what);
}

void cog_rules_path(struct cog_rules *r, const char *pointer, const char *member,
                    const char *path)
{
    if (!path || cog_path_is_clean(path))
        return;
    auto_free char *place = cog_pointer_member(pointer, member);
    cog_rules_complain(r, COG_ERROR, place, "plan.path", path,
                       "must be absolute, without . or .. parts");
}

/* A name as useradd(8) allows, or a number; the last one of 32 bits means no user. */
static bool is_account(const char *text, size_t size)
{
    auto_free char *name = cog_strndup(text, size);

    if (size && strspn(name, DIGITS) == size)
        return size <= 10 && strtoull(name, NULL, 10) < UINT32_MAX;
    return size && size <= 32 && !strchr(".-", *name) &&
           strspn(name, LETTERS DIGITS "_.-") == size;
}

void cog_rules_user(struct cog_rules *r, const char *pointer, const char *member,
                    const char *user)
{
    size_t name = user ? strcspn(user, ":") : 0;

    if (!user || !*user)
        return;
    if (is_account(user, name) &&
        (!user[name] || is_account(user + name + 1, strlen(user + name + 1))))
        return;
    auto_free char *place = cog_pointer_member(pointer, member);
    cog_rules_complain(r, COG_ERROR, place, "plan.user", user,
                       "must be NAME or UID, optionally with :GROUP or :GID");
}

static void refuse_word(struct cog_rules *r, const char *pointer, size_t size)
{
    r->result =
        cog_report(r->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, "plan.size",
                   "%s: has %zu bytes; Linux takes %d", pointer, size, MAX_WORD - 1);
}

void cog_rules_env(struct cog_rules *r, const char *pointer, const json_t *env)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)env, name, value) {
        size_t size = strlen(name) + 1 + json_string_length(value);
        if (size < MAX_WORD)
            continue;
        auto_free char *place = cog_printf("%s/env/%s", pointer, name);
        refuse_word(r, place, size);
    }
}

void cog_rules_command(struct cog_rules *r, const char *pointer, const char *member,
                       const json_t *words)
{
    const json_t *word;
    size_t index;

    json_array_foreach(words, index, word) {
        size_t size = json_string_length(word);
        if (size < MAX_WORD && (size || index))
            continue;
        auto_free char *place = cog_printf("%s/%s/%zu", pointer, member, index);
        if (size)
            refuse_word(r, place, size);
        else
            cog_rules_complain(r, COG_ERROR, place, "plan.command", "",
                               "is not a program that can be run");
    }
}

void cog_rules_text(struct cog_rules *r, const char *pointer, const char *text)
{
    size_t before = r->text_size;

    r->text_size += strlen(text);
    if (before <= MAX_TEXT && r->text_size > MAX_TEXT)
        r->result = cog_report(
            r->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, "plan.size",
            "%s: the files that the plan spells out have more than %d bytes; "
            "use a context",
            pointer, MAX_TEXT);
}

/* Whether a path, taken from where it is looked for, ends there or above. */
static bool leaves(const char *path)
{
    if (!strstr(path, ".."))
        return false;
    auto_free char *inside = cog_path_inside("", path + strspn(path, "/"));
    return !inside;
}

void cog_rules_patterns(struct cog_rules *r, const char *pointer, const char *member,
                        const json_t *patterns)
{
    const json_t *pattern;
    size_t index;

    json_array_foreach(patterns, index, pattern) {
        const char *text = json_string_value(pattern);
        if (!leaves(text + (*text == '!')))
            continue;
        auto_free char *place = cog_printf("%s/%s/%zu", pointer, member, index);
        cog_rules_complain(r, COG_ERROR, place, "plan.context", text,
                           "points outside the context");
    }
}

/* With a slash at the end of each, a path that others lie in is the beginning of the next
 * one in order. */
static void check_collisions(struct cog_rules *r, const char *pointer, char **paths,
                             size_t count)
{
    qsort(paths, count, sizeof *paths, cog_text_compare);
    for (size_t i = 1; i < count; i++) {
        if (strncmp(paths[i], paths[i - 1], strlen(paths[i - 1])) != 0)
            continue;
        paths[i][strlen(paths[i]) - 1] = '\0';
        cog_rules_complain(r, COG_ERROR, pointer, "plan.file", paths[i],
                           "is there twice, or lies in a file");
        paths[i][strlen(paths[i])] = '/';
    }
}

static void check_files(struct cog_rules *r, const char *pointer, const json_t *files)
{
    size_t count = 0, index;
    auto_free char **paths = cog_calloc(json_array_size(files), sizeof *paths);
    const json_t *file;

    json_array_foreach(files, index, file) {
        const char *path = json_string_value(json_object_get(file, "path"));
        auto_free char *place = cog_printf("%s/files/%zu", pointer, index);
        auto_free char *inside = cog_path_inside("", path);
        cog_rules_text(r, place, json_string_value(json_object_get(file, "text")));
        if (inside)
            paths[count++] = cog_printf("%s/", inside);
        else
            cog_rules_complain(r, COG_ERROR, place, "plan.context", path,
                               "leaves the context");
    }
    check_collisions(r, pointer, paths, count);
    while (count)
        free(paths[--count]);
}

void cog_rules_contexts(struct cog_rules *r)
{
    const char *name;
    json_t *context;

    json_object_foreach((json_t *)r->plan->contexts, name, context) {
        const char *path = json_string_value(json_object_get(context, "path"));
        auto_free char *pointer = cog_pointer_member("/contexts", name);
        if (path && (*path == '/' || leaves(path)))
            cog_rules_complain(r, COG_ERROR, pointer, "plan.context", path,
                               "leaves the project's folder");
        cog_rules_patterns(r, pointer, "include", json_object_get(context, "include"));
        cog_rules_patterns(r, pointer, "exclude", json_object_get(context, "exclude"));
        check_files(r, pointer, json_object_get(context, "files"));
    }
}
