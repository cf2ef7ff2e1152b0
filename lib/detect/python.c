/* python.c - what asks for a version of Python: cog.yaml, then .python-version. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"

static void add(json_t *list, const char *version, struct cog_pos at)
{
    auto_free char *specifier = cog_printf("==%s.*", version);

    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:o}", "version", version, "specifier",
                                    specifier, "origin", cog_scan_origin(at)));
}

/* The first line of .python-version that is neither blank nor a comment; pyenv and uv take
 * it so. */
static void add_file(const struct cog_scan *scan, json_t *list)
{
    static const char file[] = ".python-version";
    auto_free char *text = cog_scan_read(scan, file);
    unsigned number = 1;

    for (const char *line = text; line && *line; number++) {
        size_t blank = strspn(line, " \t"), length = strcspn(line + blank, " \t\r\n#");
        if (length) {
            auto_free char *version = cog_strndup(line + blank, length);
            const char *bare = strncmp(version, "cpython@", 8) == 0 ? version + 8 : version;
            add(list, bare, (struct cog_pos){.file = file, .line = number});
            return;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
}

int cog_detect_python(const struct cog_scan *scan)
{
    json_t *list = json_array();

    json_object_set_new(scan->facts, "python", list);
    if (scan->config->python_version)
        add(list, scan->config->python_version,
            cog_config_at(scan->config, "/build/python_version"));
    add_file(scan, list);
    return 0;
}
