/* template.c - fills and reads names of images. */
#include "versions/template.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The holder that `text` begins with, or COG_HOLDER_COUNT. */
static enum cog_holder holder_at(const char *text, size_t *length)
{
    static const char *const names[] = {"{python}", "{cuda}", "{torch}"};
    enum cog_holder holder = 0;

    for (; holder < COG_HOLDER_COUNT; holder++) {
        *length = strlen(names[holder]);
        if (strncmp(text, names[holder], *length) == 0)
            return holder;
    }
    *length = 1;
    return holder;
}

char *cog_template_fill(const char *template, const char *const versions[COG_HOLDER_COUNT])
{
    char *text;
    size_t size, length;
    FILE *out = cog_text_open(&text, &size);

    for (; *template; template += length) {
        enum cog_holder holder = holder_at(template, &length);
        if (holder < COG_HOLDER_COUNT && versions[holder])
            (void)fputs(versions[holder], out);
        else
            (void)fwrite(template, 1, length, out);
    }
    cog_text_close(out, &text);
    return text;
}

/* The length of the version that `name` begins with, which goes to `version`; 0: there is
 * none, or another than was there before. */
static size_t read_version(const char *name, char *version)
{
    size_t length = strspn(name, "0123456789.");

    if (length >= COG_HOLDER_SIZE ||
        (*version && (strncmp(version, name, length) != 0 || version[length])))
        return 0;
    memcpy(version, name, length);
    version[length] = '\0';
    return length;
}

bool cog_template_match(const char *template, const char *name,
                        struct cog_template_match *match)
{
    size_t length, taken;

    *match = (struct cog_template_match){0};
    for (; *template; template += length, name += taken) {
        enum cog_holder holder = holder_at(template, &length);
        taken = holder < COG_HOLDER_COUNT ? read_version(name, match->versions[holder])
                                          : *template == *name;
        if (!taken)
            return false;
    }
    return !*name;
}
