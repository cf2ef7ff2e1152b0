/* frameworks.c - which machine-learning frameworks the project's packages are or pull in.
 */
#include <string.h>

#include "detect/detect.h"

int cog_detect_frameworks(const struct cog_scan *scan)
{
    static const char *const names[] = {"jax", "onnxruntime", "tensorflow", "torch"};
    json_t *frameworks = json_object();
    const json_t *item;
    size_t index;

    json_array_foreach(json_object_get(scan->facts, "requirements"), index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        const char *specifier = json_string_value(json_object_get(item, "specifier"));
        bool pinned = strncmp(specifier, "==", 2) == 0 && !strpbrk(specifier, ",*");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strcmp(name, names[i]) == 0)
                json_object_set_new(frameworks, name,
                                    json_pack("{s:s?, s:s, s:b, s:O}", "version",
                                              pinned ? specifier + 2 : NULL, "specifier",
                                              specifier, "direct", 1, "origin",
                                              json_object_get(item, "origin")));
    }
    json_object_set_new(scan->facts, "frameworks", frameworks);
    return 0;
}
