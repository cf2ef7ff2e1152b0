/* lines.c - see lines.h. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "doctor/lines.h"

enum { MAX_BYTES = 4 << 20 };

bool cog_doctor_lines_read(struct cog_doctor_lines *lines, const char *root,
                           const char *file)
{
    auto_free char *path = cog_path_join(root, file);
    struct cog_diags ignored;
    size_t size;

    *lines = (struct cog_doctor_lines){0};
    cog_diags_init(&ignored, "");
    lines->text = cog_read_file(path, MAX_BYTES, &size, &ignored);
    cog_diags_release(&ignored);
    if (!lines->text || strlen(lines->text) != size) {
        cog_doctor_lines_release(lines);
        return false;
    }
    for (char *at = lines->text, *end; *at; at = end) {
        end = at + strcspn(at, "\n");
        bool last = !*end;
        if (end > at && end[-1] == '\r') {
            lines->windows = true;
            end[-1] = '\0';
        }
        *end = '\0';
        end += !last;
        lines->items = cog_realloc(lines->items, lines->count + 1, sizeof *lines->items);
        lines->items[lines->count++] = at;
    }
    return true;
}

void cog_doctor_lines_release(struct cog_doctor_lines *lines)
{
    free(lines->text);
    free(lines->items);
    *lines = (struct cog_doctor_lines){0};
}
