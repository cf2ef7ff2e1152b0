/* class.c - sets of characters, and what POSIX writes for them. */
#include "schema/class.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The three as UTF-8, and their union. */
static const char wide_lines[] = "\xe2\x80[\xa8\xa9]";
static const char wide_spaces[] = "\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|"
                                  "\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf";
static const char wide_others[] =
    "\xc2[\x80-\x9f\xa1-\xbf]|[\xc3-\xdf][\x80-\xbf]|"
    "\xe1\x9a[\x81-\xbf]|\xe1[\x80-\x99\x9b-\xbf][\x80-\xbf]|"
    "\xe2\x80[\x8b-\xa7\xaa-\xae\xb0-\xbf]|\xe2\x81[\x80-\x9e\xa0-\xbf]|"
    "\xe2[\x82-\xbf][\x80-\xbf]|\xe3\x80[\x81-\xbf]|\xe3[\x81-\xbf][\x80-\xbf]|"
    "\xef\xbb[\x80-\xbe]|\xef[\x80-\xba\xbc-\xbf][\x80-\xbf]|"
    "[\xe0\xe4-\xee][\x80-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]";
static const char wide_all[] = "[\xc2-\xf4][\x80-\xbf]+";

static void put(FILE *out, int byte)
{
    (void)fputc(byte, out);
}

/* The runs of a bracket that need no care. */
static bool emit_runs(FILE *out, const struct cog_class *class)
{
    bool any = false;

    for (int first = 1, last; first < 128; first = last + 1) {
        last = first;
        if (!class->ascii[first] || strchr("[]^-", first))
            continue;
        while (last < 127 && class->ascii[last + 1] && !strchr("[]^-", last + 1))
            last++;
        put(out, first);
        if (last > first + 1)
            put(out, '-');
        if (last > first)
            put(out, last);
        any = true;
    }
    return any;
}

/* What stands where in a bracket decides what it means: ] first, - last, ^ not first, and [
 * where no . : = follows. */
static void emit_bracket(FILE *out, const struct cog_class *class)
{
    bool any = class->ascii[']'];

    (void)fputs(any ? "[]" : "[", out);
    any |= emit_runs(out, class);
    if (class->ascii['['])
        put(out, '[');
    any |= class->ascii['['];
    if (class->ascii['^'])
        (void)fputs(any ? "^" : "-^", out);
    if (class->ascii['-'] && (any || !class->ascii['^']))
        put(out, '-');
    put(out, ']');
}

static unsigned count_ascii(const struct cog_class *class)
{
    unsigned count = 0;

    for (int c = 1; c < 128; c++)
        count += class->ascii[c];
    return count;
}

/* Alternatives after the bracket, if there was one. */
static void emit_wide(FILE *out, const struct cog_class *class, bool any)
{
    const char *parts[] = {class->lines ? wide_lines : NULL,
                           class->spaces ? wide_spaces : NULL,
                           class->others ? wide_others : NULL};

    if (class->lines && class->spaces && class->others) {
        parts[0] = wide_all;
        parts[1] = parts[2] = NULL;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i])
            continue;
        (void)fprintf(out, "%s%s", any ? "|" : "", parts[i]);
        any = true;
    }
}

char *cog_class_text(const struct cog_class *class)
{
    bool wide = class->lines || class->spaces || class->others;
    unsigned ascii = count_ascii(class);
    char *text = NULL;
    size_t size;

    if (!ascii && !wide)
        return NULL;
    FILE *out = cog_text_open(&text, &size);
    (void)fputs(wide ? "(" : "", out);
    if (ascii == 1 && class->ascii['^'])
        (void)fputs("\\^", out);
    else if (ascii)
        emit_bracket(out, class);
    emit_wide(out, class, ascii > 0);
    (void)fputs(wide ? ")" : "", out);
    cog_text_close(out, &text);
    return text;
}

void cog_class_complement(struct cog_class *class)
{
    for (int c = 0; c < 128; c++)
        class->ascii[c] = !class->ascii[c];
    class->lines = !class->lines;
    class->spaces = !class->spaces;
    class->others = !class->others;
}

void cog_class_add(struct cog_class *class, const struct cog_class *more)
{
    for (int c = 0; c < 128; c++)
        class->ascii[c] |= more->ascii[c];
    class->lines |= more->lines;
    class->spaces |= more->spaces;
    class->others |= more->others;
}

void cog_class_add_range(struct cog_class *class, int first, int last)
{
    for (int c = first; c <= last; c++)
        class->ascii[c] = true;
}

bool cog_class_known(struct cog_class *class, char letter)
{
    *class = (struct cog_class){0};
    switch (letter) {
    case 'w':
    case 'W':
        cog_class_add_range(class, 'a', 'z');
        cog_class_add_range(class, 'A', 'Z');
        class->ascii['_'] = true;
        cog_class_add_range(class, '0', '9');
        break;
    case 'd':
    case 'D':
        cog_class_add_range(class, '0', '9');
        break;
    case 's':
    case 'S':
        cog_class_add_range(class, '\t', '\r');
        class->ascii[' '] = class->lines = class->spaces = true;
        break;
    case '.':
        class->ascii['\n'] = class->ascii['\r'] = class->lines = true;
        break;
    default:
        return false;
    }
    if (strchr("DWS.", letter))
        cog_class_complement(class);
    return true;
}
