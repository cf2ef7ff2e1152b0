/* packages.c - finds out which file says which Python packages the project needs, and has
 * it read. */
#include <stdlib.h>

#include "base/auto.h"
#include "base/doc.h"
#include "detect/detect.h"
#include "pep/requirements.h"

/* The deprecated list in cog.yaml. */
static int read_list(const struct cog_scan *scan, json_t *requirements)
{
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(scan->config->python_packages, index, item) {
        auto_free char *pointer = cog_pointer_index("/build/python_packages", index);
        result |= cog_requirements_add(requirements, json_string_value(item),
                                       cog_config_at(scan->config, pointer), scan->diags);
    }
    return result;
}

int cog_detect_packages(const struct cog_scan *scan)
{
    const struct cog_config *config = scan->config;
    json_t *requirements = json_array();

    json_object_set_new(scan->facts, "requirements", requirements);
    json_object_set_new(scan->facts, "pip_options", json_array());
    int result = read_list(scan, requirements);
    if (config->python_requirements)
        result |=
            cog_detect_requirements(scan, config->python_requirements,
                                    cog_config_at(config, "/build/python_requirements"));
    if (json_array_size(requirements))
        json_object_set_new(scan->facts, "manager", json_string("pip"));
    return result;
}
