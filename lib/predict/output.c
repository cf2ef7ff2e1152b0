/* output.c - writes the output of a prediction. */
#include "predict/output.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "predict/json_print.h"
#include "predict/media.h"
#include "predict/schema.h"

static const struct cog_pos nowhere = {0};
static const char default_stem[] = "output";

static void say(const char *text, const char *name, struct cog_diags *diags)
{
    auto_free char *line = cog_printf("%s%s\n", text, name);

    cog_diags_text(diags, line, strlen(line));
}

static int write_to(const char *path, const void *bytes, size_t size,
                    struct cog_diags *diags)
{
    if (cog_replace_file(path, bytes, size, diags) < 0)
        return -1;
    say("Written output to: ", path, diags);
    return 0;
}

/* "output.png", or the first of "output.1.png", "output.2.png" … that is free. */
static char *free_name(const char *stem, const char *extension)
{
    char *name = cog_printf("%s.%s", stem, extension);

    for (unsigned number = 1; access(name, F_OK) == 0; number++) {
        free(name);
        name = cog_printf("%s.%u.%s", stem, number, extension);
    }
    return name;
}

/* Below `file` when that is a folder, else in the current one, beside what is there. */
static char *name_below(const char *file, const char *stem, const char *extension)
{
    auto_free char *path = file ? cog_printf("%s/%s", file, stem) : cog_strdup(stem);

    return free_name(path, extension);
}

static bool is_folder(const char *path)
{
    struct stat info;

    return path && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *cog_output_path(const char *file, const char *extension)
{
    return is_folder(file) ? name_below(file, default_stem, extension) : cog_strdup(file);
}

/* "dir/a.png" and 2 -> "dir/a.2.png". */
static char *numbered(const char *file, size_t number)
{
    const char *slash = strrchr(file, '/');
    const char *dot = strrchr(slash ? slash : file, '.');
    int stem = (int)(dot ? (size_t)(dot - file) : strlen(file));

    return cog_printf("%.*s.%zu%s", stem, file, number, dot ? dot : "");
}

static int write_url(const char *url, char *path, struct cog_diags *diags)
{
    size_t size;
    auto_free unsigned char *bytes = cog_media_decode(url, &size);

    if (!bytes)
        return cog_report(diags, COG_FAILURE, nowhere, "predict.output",
                          "the file for %s is not valid base64", path);
    return write_to(path, bytes, size, diags);
}

static int write_file(const char *url, const char *file, struct cog_diags *diags)
{
    auto_free char *path = file && !is_folder(file)
                               ? cog_strdup(file)
                               : name_below(file, default_stem, cog_media_extension(url));

    return write_url(url, path, diags);
}

static int write_files(const json_t *urls, const char *file, struct cog_diags *diags)
{
    size_t index;
    json_t *item;
    int result = 0;

    json_array_foreach((json_t *)urls, index, item) {
        const char *url = json_string_value(item);
        auto_free char *stem = cog_printf("%s.%zu", default_stem, index);
        auto_free char *path = file && !is_folder(file)
                                   ? numbered(file, index)
                                   : name_below(file, stem, cog_media_extension(url));
        if (write_url(url, path, diags) < 0)
            result = -1;
    }
    return result;
}

static bool is_data(const json_t *value)
{
    return json_is_string(value) && cog_media_is_data(json_string_value(value));
}

static bool all_are_data(const json_t *array)
{
    size_t index;
    json_t *item;

    json_array_foreach((json_t *)array, index, item) {
        if (!is_data(item))
            return false;
    }
    return json_array_size(array) > 0;
}

/* A list of texts that is shown as one; NULL for anything else. The caller frees it. */
static char *joined(const json_t *output, const json_t *openapi)
{
    const json_t *schema = cog_openapi_output(openapi);
    const char *display = json_string_value(json_object_get(schema, "x-cog-array-display"));
    size_t index, size;
    json_t *item;
    char *text;

    if (!json_is_array(output) || !display || strcmp(display, "concatenate") != 0)
        return NULL;
    FILE *stream = cog_text_open(&text, &size);
    json_array_foreach((json_t *)output, index, item) {
        const char *piece = json_string_value(item);
        (void)fputs(piece ? piece : "", stream);
    }
    cog_text_close(stream, &text);
    return text;
}

/* What is not a file. */
static char *as_text(const json_t *output, const json_t *openapi)
{
    auto_free char *text = joined(output, openapi);

    if (text)
        return cog_printf("%s\n", text);
    if (json_is_string(output))
        return cog_printf("%s\n", json_string_value(output));
    return cog_json_pretty(output);
}

int cog_output_write(const json_t *output, const json_t *openapi, const char *file,
                     struct cog_diags *diags)
{
    if (!output || json_is_null(output)) {
        say("No output generated", "", diags);
        return 0;
    }
    if (is_data(output))
        return write_file(json_string_value(output), file, diags);
    if (json_is_array(output) && all_are_data(output))
        return write_files(output, file, diags);
    auto_free char *text = as_text(output, openapi);
    if (file) {
        auto_free char *path =
            cog_output_path(file, json_is_string(output) ? "txt" : "json");
        return write_to(path, text, strlen(text), diags);
    }
    return cog_write_all(stdout, "<stdout>", text, strlen(text), diags);
}
