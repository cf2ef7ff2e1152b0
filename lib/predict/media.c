/* media.c - data URLs and media types. */
#include "predict/media.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"

enum { MAX_FILE = 512 << 20 };

/* Of several extensions for a type, the first is given to files. Types: IANA, and what
 * browsers and Python's mimetypes use where IANA has none. */
static const struct {
    const char *extension, *type;
} types[] = {
    {"png", "image/png"},         {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},       {"gif", "image/gif"},
    {"webp", "image/webp"},       {"bmp", "image/bmp"},
    {"svg", "image/svg+xml"},     {"tiff", "image/tiff"},
    {"tif", "image/tiff"},        {"avif", "image/avif"},
    {"mp3", "audio/mpeg"},        {"wav", "audio/wav"},
    {"wav", "audio/x-wav"},       {"flac", "audio/flac"},
    {"flac", "audio/x-flac"},     {"ogg", "audio/ogg"},
    {"m4a", "audio/mp4"},         {"mp4", "video/mp4"},
    {"webm", "video/webm"},       {"mov", "video/quicktime"},
    {"avi", "video/x-msvideo"},   {"txt", "text/plain"},
    {"csv", "text/csv"},          {"html", "text/html"},
    {"md", "text/markdown"},      {"py", "text/x-python"},
    {"json", "application/json"}, {"yaml", "application/yaml"},
    {"xml", "application/xml"},   {"xml", "text/xml"},
    {"pdf", "application/pdf"},   {"zip", "application/zip"},
    {"gz", "application/gzip"},   {"tar", "application/x-tar"},
    {"glb", "model/gltf-binary"}, {"obj", "model/obj"},
    {"npy", "application/x-npy"},
};

static const char scheme[] = "data:", unknown[] = "application/octet-stream";

static const char *type_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(dot + 1, types[i].extension) == 0)
            return types[i].type;
    return unknown;
}

char *cog_media_read(const char *path, struct cog_diags *diags)
{
    size_t size;
    auto_free char *bytes = cog_read_operand(path, MAX_FILE, &size, diags);

    if (!bytes)
        return NULL;
    auto_free char *encoded = cog_base64(bytes, size);
    return cog_printf("%s%s;base64,%s", scheme, type_of(path), encoded);
}

bool cog_media_is_data(const char *url)
{
    return strncasecmp(url, scheme, sizeof scheme - 1) == 0 && strchr(url, ',');
}

static int hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit ? strchr(digits, digit) : NULL;

    return found ? (int)(found - digits) % 16 : -1;
}

static unsigned char *percent_decode(const char *text, size_t *size)
{
    unsigned char *bytes = cog_alloc(strlen(text) + 1), *to = bytes;

    while (*text) {
        int high = *text == '%' ? hex_value(text[1]) : -1;
        int low = high >= 0 ? hex_value(text[2]) : -1;
        *to++ = low >= 0 ? (unsigned char)(high * 16 + low) : (unsigned char)*text;
        text += low >= 0 ? 3 : 1;
    }
    *size = (size_t)(to - bytes);
    return bytes;
}

unsigned char *cog_media_decode(const char *url, size_t *size)
{
    static const char marker[] = ";base64";
    const size_t length = sizeof marker - 1;

    if (!cog_media_is_data(url))
        return NULL;
    const char *comma = strchr(url, ',');
    if ((size_t)(comma - url) > length && strncasecmp(comma - length, marker, length) == 0)
        return cog_base64_decode(comma + 1, size);
    return percent_decode(comma + 1, size);
}

const char *cog_media_extension(const char *url)
{
    const char *type = url + sizeof scheme - 1;
    size_t length = strcspn(type, ";,");

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].type) == length &&
            strncasecmp(type, types[i].type, length) == 0)
            return types[i].extension;
    return "bin";
}
