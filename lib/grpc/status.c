/* status.c - gRPC's status texts. */
#include "grpc/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void cog_status_release(struct cog_status *status)
{
    free(status->message);
    free(status->details);
    *status = (struct cog_status){0};
}

char *cog_status_encode(const char *message)
{
    char *text = cog_alloc(3 * strlen(message) + 1), *end = text;

    for (; *message; message++) {
        unsigned char byte = (unsigned char)*message;
        if (byte >= ' ' && byte <= '~' && byte != '%')
            *end++ = *message;
        else
            end += snprintf(end, 4, "%%%02X", byte);
    }
    return text;
}

static int hex(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = strchr(digits, digit >= 'A' && digit <= 'F' ? digit | ' ' : digit);

    return digit && found ? (int)(found - digits) : -1;
}

char *cog_status_decode(const char *text)
{
    char *message = cog_alloc(strlen(text) + 1), *end = message;

    while (*text) {
        int high = *text == '%' ? hex(text[1]) : -1;
        int low = high >= 0 ? hex(text[2]) : -1;
        *end++ = (char)(low >= 0 ? high << 4 | low : *text);
        text += low >= 0 ? 3 : 1;
    }
    return message;
}
