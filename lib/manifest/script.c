/* script.c - the block `script` of comments in a Python file (PEP 723, "Inline script
 * metadata"). */
#include <string.h>

#include "base/alloc.h"
#include "manifest/field.h"
#include "manifest/source.h"

/* The line that `*text` is at, without its end; `*text` moves on. */
static size_t next_line(const char **text, const char **line)
{
    size_t length = strcspn(*text, "\n");

    *line = *text;
    *text += length + ((*text)[length] == '\n');
    return length && (*line)[length - 1] == '\r' ? length - 1 : length;
}

static bool is_line(const char *line, size_t length, const char *wanted)
{
    while (length && strchr(" \t", line[length - 1]))
        length--;
    return length == strlen(wanted) && strncmp(line, wanted, length) == 0;
}

static bool is_comment(const char *line, size_t length)
{
    return length && line[0] == '#' && (length == 1 || line[1] == ' ');
}

/* The last "# ///" of the comment that begins at `text`; NULL: there is none. */
static const char *end_of_block(const char *text)
{
    const char *line, *end = NULL;

    for (size_t length;
         *text && (length = next_line(&text, &line), is_comment(line, length));)
        if (is_line(line, length, "# ///"))
            end = line;
    return end;
}

/* Copies the block to where it stands in `out`, which is blank there, without "# ". */
static void copy_block(char *out, const char *text, const char *block, const char *end)
{
    const char *line;

    while (block < end) {
        size_t length = next_line(&block, &line);
        if (length > 2)
            memcpy(out + (line - text) + 2, line + 2, length - 2);
    }
}

/* Blanks of as many lines as `text` has. */
static char *blanks(const char *text)
{
    size_t size = strlen(text);
    char *out = cog_strndup(text, size);

    for (size_t i = 0; i < size; i++)
        if (out[i] != '\n')
            out[i] = ' ';
    return out;
}

char *cog_script_block(const char *text, const char *file, int *result,
                       struct cog_diags *diags)
{
    struct cog_pos at = {.file = file};
    const char *next = text, *line;
    char *out = NULL;

    while (*next) {
        size_t length = next_line(&next, &line);
        at.line++;
        if (!is_line(line, length, "# /// script"))
            continue;
        const char *end = end_of_block(next);
        if (!end || out) {
            *result = cog_report(diags, COG_ERROR, at, "manifest.script", "%s",
                                 out ? "a second block `script`; keep one of them"
                                     : "the block `script` has no end: a line `# ///`");
            free(out);
            return NULL;
        }
        out = blanks(text);
        copy_block(out, text, next, end);
        for (; next < end; at.line++)
            next_line(&next, &line);
    }
    return out;
}

int cog_script_read(const struct cog_manifest *m)
{
    const json_t *item;
    struct cog_sources sources;
    size_t index;
    unsigned before = m->diags->errors;

    cog_sources_init(&sources, m);
    json_array_foreach(cog_field_list(m, m->toml->value, "dependencies"), index, item) {
        cog_sources_add(&sources, item);
    }
    cog_sources_indexes(&sources);
    cog_sources_release(&sources);
    return m->diags->errors > before ? -1 : 0;
}
