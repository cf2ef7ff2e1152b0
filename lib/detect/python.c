/* python.c - what asks for a version of Python, the strongest first. */
#include "detect/version_request.h"

static int add_config(const struct cog_scan *scan)
{
    if (!scan->config->python_version)
        return 0;
    return cog_version_request_version(
        scan, scan->config->python_version,
        cog_config_at(scan->config, "/build/python_version"));
}

static int add_lock(const struct cog_scan *scan)
{
    const json_t *lock = json_object_get(scan->facts, "lock");
    const char *range = json_string_value(json_object_get(lock, "requires_python"));

    if (!range)
        return 0;
    const char *file = json_string_value(json_object_get(lock, "file"));
    return cog_version_request_range(scan, range, (struct cog_pos){.file = file});
}

int cog_detect_python(const struct cog_scan *scan)
{
    static int (*const readers[])(const struct cog_scan *scan) = {
        add_config,
        cog_version_request_version_file,
        cog_version_request_mise,
        cog_version_request_tool_versions,
        add_lock,
        cog_version_request_pyproject,
        cog_version_request_runtime,
        cog_version_request_pipfile,
    };
    int result = 0;

    json_object_set_new(scan->facts, "python", json_array());
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        result |= readers[i](scan);
    return result;
}
