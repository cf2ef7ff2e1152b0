/* doc.c - JSON documents: caps on reading, canonical text on writing. */
#include "base/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"

char *cog_read_all(FILE *stream, const char *name, size_t limit, size_t *size,
                   struct cog_diags *diags)
{
    size_t capacity = 1 << 16;
    auto_free char *bytes = cog_alloc(capacity);
    struct cog_pos at = {.file = name};

    *size = 0;
    for (size_t got; (got = fread(bytes + *size, 1, capacity - *size - 1, stream)) > 0;) {
        *size += got;
        if (*size > limit) {
            cog_report(diags, COG_ERROR, at, "doc.size", "more than %zu bytes", limit);
            return NULL;
        }
        if (*size == capacity - 1)
            bytes = cog_realloc(bytes, capacity *= 2, 1);
    }
    if (ferror(stream)) {
        cog_report(diags, COG_FAILURE, at, "machine.read", "cannot read: %s",
                   strerror(errno));
        return NULL;
    }
    bytes[*size] = '\0';
    char *result = bytes;
    bytes = NULL;
    return result;
}

/* A pipe or a device could keep the reader waiting, or never end. */
static bool is_fit(int fd, bool pipes, struct cog_pos at, struct cog_diags *diags)
{
    struct stat info;

    if (fstat(fd, &info) < 0 || S_ISREG(info.st_mode) || (pipes && !S_ISDIR(info.st_mode)))
        return true;
    cog_report(diags, COG_ERROR, at, "file.unreadable",
               S_ISDIR(info.st_mode) ? "is a folder, not a file"
                                     : "is a pipe or a device, not a file");
    return false;
}

static char *read_path(const char *path, bool pipes, size_t limit, size_t *size,
                       struct cog_diags *diags)
{
    struct cog_pos at = {.file = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipes ? 0 : O_NONBLOCK));

    if (fd < 0) {
        cog_report(diags, COG_ERROR, at,
                   errno == ENOENT ? "file.missing" : "file.unreadable", "cannot open: %s",
                   strerror(errno));
        return NULL;
    }
    if (!is_fit(fd, pipes, at, diags)) {
        close(fd);
        return NULL;
    }
    auto_fclose FILE *stream = fdopen(fd, "rb");
    if (!stream)
        cog_out_of_memory();
    return cog_read_all(stream, path, limit, size, diags);
}

char *cog_read_file(const char *path, size_t limit, size_t *size, struct cog_diags *diags)
{
    return read_path(path, false, limit, size, diags);
}

char *cog_read_operand(const char *path, size_t limit, size_t *size,
                       struct cog_diags *diags)
{
    return read_path(path, true, limit, size, diags);
}

/* jansson's parser stops at a depth of 2048, so this recursion is bounded. */
static bool deeper_than(const json_t *value, unsigned limit)
{
    const char *key;
    json_t *member;
    size_t index;

    if (!json_is_object(value) && !json_is_array(value))
        return false;
    if (limit == 0)
        return true;
    json_object_foreach((json_t *)value, key, member) {
        if (deeper_than(member, limit - 1))
            return true;
    }
    json_array_foreach(value, index, member) {
        if (deeper_than(member, limit - 1))
            return true;
    }
    return false;
}

static unsigned positive(int number)
{
    return number > 0 ? (unsigned)number : 0;
}

json_t *cog_doc_parse(const char *text, size_t size, const char *name,
                      struct cog_diags *diags)
{
    struct cog_pos at = {.file = name};
    json_error_t error;
    json_auto_t *doc = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);

    if (!doc) {
        at.line = positive(error.line);
        at.column = positive(error.column);
        cog_report(diags, COG_ERROR, at, "doc.syntax", "not a JSON document: %s",
                   error.text);
        return NULL;
    }
    if (!json_is_object(doc)) {
        cog_report(diags, COG_ERROR, at, "doc.syntax", "not a JSON object");
        return NULL;
    }
    if (deeper_than(doc, COG_DOC_MAX_DEPTH)) {
        cog_report(diags, COG_ERROR, at, "doc.syntax", "nested more than %d deep",
                   COG_DOC_MAX_DEPTH);
        return NULL;
    }
    return json_incref(doc);
}

int cog_doc_expect(const json_t *doc, const char *schema, const char *name,
                   struct cog_diags *diags)
{
    struct cog_pos at = {.file = name};
    const char *found = json_string_value(json_object_get(doc, "schema"));

    if (!found)
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "no member \"schema\"; expected a document \"%s\"", schema);
    if (strcmp(found, schema) != 0)
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "this is \"%s\"; expected a document \"%s\"", found, schema);
    return 0;
}

static char *dump(const json_t *doc, size_t flags)
{
    char *text = json_dumps(doc, flags | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    if (!text) /* depth is capped and strings are UTF-8, so this is memory */
        cog_out_of_memory();
    size_t length = strlen(text);
    text = cog_realloc(text, length + 2, 1);
    memcpy(text + length, "\n", 2);
    return text;
}

const char *cog_member_text(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

char *cog_doc_text(const json_t *doc)
{
    return dump(doc, JSON_COMPACT);
}

char *cog_doc_pretty(const json_t *doc)
{
    return dump(doc, JSON_INDENT(2));
}

/* What a person can do about it. */
static const char *remedy(int number)
{
    return number == ENOSPC || number == EDQUOT ? "; free some space, or write elsewhere"
                                                : "";
}

int cog_write_all(FILE *stream, const char *name, const void *bytes, size_t size,
                  struct cog_diags *diags)
{
    if (fwrite(bytes, 1, size, stream) == size && fflush(stream) == 0)
        return 0;
    return cog_report(diags, COG_FAILURE, (struct cog_pos){.file = name}, "machine.write",
                      "cannot write: %s%s", strerror(errno), remedy(errno));
}

static int write_and_sync(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return fsync(fd);
}

static int replace(const char *path, mode_t mode, const void *bytes, size_t size,
                   struct cog_diags *diags)
{
    auto_free char *temporary = cog_printf("%s.XXXXXX", path);
    auto_close int fd = mkstemp(temporary);

    if (fd >= 0 && write_and_sync(fd, bytes, size) == 0 && fchmod(fd, mode) == 0 &&
        rename(temporary, path) == 0)
        return 0;
    int reason = errno;
    if (fd >= 0)
        (void)unlink(temporary);
    return cog_report(diags, COG_FAILURE, (struct cog_pos){.file = path}, "machine.write",
                      "cannot write: %s%s", strerror(reason), remedy(reason));
}

int cog_replace_file(const char *path, const void *bytes, size_t size,
                     struct cog_diags *diags)
{
    struct stat before;
    mode_t mode = stat(path, &before) == 0 ? before.st_mode & 0777 : 0644;

    return replace(path, mode, bytes, size, diags);
}

int cog_replace_private_file(const char *path, const void *bytes, size_t size,
                             struct cog_diags *diags)
{
    return replace(path, 0600, bytes, size, diags);
}

struct cog_pos cog_doc_at(const json_t *doc, const char *pointer)
{
    const json_t *source = json_object_get(doc, "source");
    const json_t *positions = json_object_get(source, "positions");
    struct cog_pos at = {.file = json_string_value(json_object_get(source, "file"))};
    auto_free char *path = cog_strdup(pointer);

    for (;;) {
        const json_t *pair = json_object_get(positions, path);
        if (pair) {
            at.line = (unsigned)json_integer_value(json_array_get(pair, 0));
            at.column = (unsigned)json_integer_value(json_array_get(pair, 1));
            return at;
        }
        char *slash = strrchr(path, '/');
        if (!slash)
            return at;
        *slash = '\0';
    }
}

char *cog_pos_text(struct cog_pos at)
{
    const char *file = at.file ? at.file : "";

    if (at.line && at.column)
        return cog_printf("%s:%u:%u", file, at.line, at.column);
    return at.line ? cog_printf("%s:%u", file, at.line) : cog_strdup(file);
}

/* Cuts ":NUMBER" off the end of `text`; 0 when there is none. */
static unsigned cut_number(char *text)
{
    char *colon = strrchr(text, ':'), *end;

    if (!colon || colon[1] < '0' || colon[1] > '9')
        return 0;
    unsigned long number = strtoul(colon + 1, &end, 10);
    if (*end)
        return 0;
    *colon = '\0';
    return (unsigned)number;
}

struct cog_pos cog_pos_parse(const char *text, char **file)
{
    *file = cog_strdup(text);
    unsigned last = cut_number(*file);
    unsigned before = last ? cut_number(*file) : 0;

    if (before)
        return (struct cog_pos){.file = *file, .line = before, .column = last};
    return (struct cog_pos){.file = *file, .line = last};
}

char *cog_pointer_member(const char *pointer, const char *member)
{
    size_t length = strlen(pointer);
    char *text = cog_alloc(length + 1 + 2 * strlen(member) + 1), *end = text + length;

    memcpy(text, pointer, length + 1);
    *end++ = '/';
    for (; *member; member++) {
        bool escaped = *member == '~' || *member == '/';
        if (escaped)
            *end++ = '~';
        *end++ = (char)(!escaped ? *member : *member == '~' ? '0' : '1');
    }
    *end = '\0';
    return text;
}

char *cog_pointer_index(const char *pointer, size_t index)
{
    return cog_printf("%s/%zu", pointer, index);
}

json_t *cog_pos_json(struct cog_pos at)
{
    json_t *origin = json_pack("{s:s}", "file", at.file);

    if (at.line)
        json_object_set_new(origin, "line", json_integer(at.line));
    if (at.line && at.column)
        json_object_set_new(origin, "column", json_integer(at.column));
    return origin;
}

struct cog_pos cog_member_origin(const json_t *fact)
{
    const json_t *origin = json_object_get(fact, "origin");

    return (struct cog_pos){
        .file = cog_member_text(origin, "file"),
        .line = (unsigned)json_integer_value(json_object_get(origin, "line")),
        .column = (unsigned)json_integer_value(json_object_get(origin, "column")),
    };
}
