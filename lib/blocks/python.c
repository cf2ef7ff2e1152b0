/* python.c - the block that makes /venv, the user's Python environment, and brings it into
 * the image. */
#include <string.h>

#include "blocks/blocks.h"
#include "blocks/layers.h"

/* The files that ask for a version, and by which rule. */
static const struct {
    const char *file, *rule;
} version_files[] = {
    {".python-version", "python.version.dot-python-version"},
    {"mise.toml", "python.version.mise"},
    {".mise.toml", "python.version.mise"},
    {".config/mise/config.toml", "python.version.mise"},
    {".tool-versions", "python.version.tool-versions"},
    {"runtime.txt", "python.version.runtime-txt"},
    {"Pipfile", "python.version.pipfile"},
};

/* What a lock or a manifest requires is no request: it decides which packages fit. */
static const char required[] = "python.version.requires-python";

static const char *rule_of(const struct cog_project *project,
                           const struct cog_version_request *request)
{
    if (strcmp(request->at.file, project->config.file) == 0)
        return "python.version.cog-yaml";
    for (size_t i = 0; i < sizeof version_files / sizeof *version_files; i++)
        if (strcmp(request->at.file, version_files[i].file) == 0)
            return version_files[i].rule;
    return required;
}

/* "3.13" or "3.13.2": what the tags of the python image name. */
static bool is_version(const char *text)
{
    size_t minor = strncmp(text, "3.", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
    const char *rest = text + 2 + minor;

    if (!minor || !*rest)
        return minor != 0;
    return *rest == '.' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

/* Refuses what only a document written by hand can say. */
static int check_version(const struct cog_version_request *request, struct cog_diags *diags)
{
    if (!request->version || is_version(request->version))
        return 0;
    return cog_report(diags, COG_ERROR, request->at, "plan.python-version",
                      "\"%s\" is not a CPython version; write one like 3.13",
                      request->version);
}

static int python_require(const struct cog_project *project,
                          struct cog_constraints *constraints, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < project->python_count; i++) {
        const struct cog_version_request *request = &project->pythons[i];
        const char *rule = rule_of(project, request);
        const struct cog_constraint constraint = {
            .key = "python",
            .version = request->version,
            .specifier = request->specifier,
            .rule = rule,
            .firm = rule == required,
            .at = request->at,
        };
        result |= check_version(request, diags);
        cog_constraints_add(constraints, &constraint);
    }
    return result;
}

static int python_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    const char *const make_venv[] = {"python", COG_INSTALLER, "environment",
                                     cog_invalidation_mode(project), NULL};
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    struct cog_pos at = python ? python->at : (struct cog_pos){0};

    (void)diags;
    struct cog_stage *venv = cog_stage_add(composer, COG_PHASE_RUNTIME, "venv");
    json_t *exec = cog_stage_exec_take(venv, cog_why("python.venv", at), make_venv);
    cog_exec_title(exec, "create /venv");
    cog_exec_installer(composer, exec);
    cog_exec_bytecode(exec);
    cog_stage_env(venv, "PATH", "/venv/bin:${PATH}");
    cog_stage_env(venv, "VIRTUAL_ENV", "/venv");

    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_RUNTIME, "python");
    cog_stage_copy_take(image, cog_why("python.venv", at),
                        cog_input_phase(COG_PHASE_FRAMEWORK_DEPS), "/venv", "/venv");
    cog_block_environment(project, image);
    cog_stage_env(image, "PATH", "/venv/bin:${PATH}");
    cog_stage_env(image, "VIRTUAL_ENV", "/venv");
    return 0;
}

const struct cog_block cog_block_python = {"python", NULL, python_require, python_plan};
