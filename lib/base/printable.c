/* printable.c - escapes control characters. */
#include "base/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { LONGEST_ESCAPE = 6 }; /* \u202e; all of what is escaped is below U+10000 */

/* The length of the code point at `text` (RFC 3629), which goes to `*point`; 0: it is not
 * UTF-8. */
static size_t decode(const unsigned char *text, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *text < 0x80   ? 1
                    : *text < 0xc0 ? 0
                    : *text < 0xe0 ? 2
                    : *text < 0xf0 ? 3
                    : *text < 0xf8 ? 4
                                   : 0;

    *point = length < 2 ? *text : *text & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (text[i] & 0x3f);
    }
    bool wrong = length > 0 && (*point < least[length] || *point > 0x10ffff ||
                                (*point >= 0xd800 && *point <= 0xdfff));
    return wrong ? 0 : length;
}

static bool acts(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x61c ||
           point == 0x200e || point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

static int escape(char *to, uint32_t point)
{
    static const char letters[] = "tnr", meant[] = "\t\n\r";
    const char *found = point ? strchr(meant, (int)point) : NULL;

    if (found && point < 0x80)
        return snprintf(to, LONGEST_ESCAPE + 1, "\\%c", letters[found - meant]);
    return snprintf(to, LONGEST_ESCAPE + 1, point < 0x80 ? "\\x%02x" : "\\u%04x", point);
}

char *cog_printable(const char *text)
{
    const unsigned char *from = (const unsigned char *)text;
    char *copy = cog_alloc(LONGEST_ESCAPE * strlen(text) + 1), *to = copy;

    while (*from) {
        uint32_t point;
        size_t length = decode(from, &point);
        if (length == 0) {
            to += snprintf(to, LONGEST_ESCAPE + 1, "\\x%02x", (unsigned)*from++);
        } else {
            if (acts(point))
                to += escape(to, point);
            else
                to = (char *)memcpy(to, from, length) + length;
            from += length;
        }
    }
    *to = '\0';
    return copy;
}
