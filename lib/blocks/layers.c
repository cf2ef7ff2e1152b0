/* layers.c - the stages that install the project's packages. */
#include "blocks/layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/network.h"
#include "blocks/pip.h"
#include "versions/resolution.h"

#define GENERATED "/mnt/generated"
#define LAYERS "/mnt/layers"
#define RESOLVED "/mnt/resolved"
/* The package that has a layer of its own, as a line of the list of packages. */
static const char own[] = "cog==" COG_VERSION;

static const struct cog_pos nowhere = {0};

/* What makes pip install; rule NULL: nothing. */
struct reason {
    const char *rule, *text;
    struct cog_pos at;
};

/* The options of a requirements file that uv leaves out or reads otherwise. */
static bool only_pips(const char *option)
{
    return strncmp(option, "--pre", 5) == 0 || strncmp(option, "--use-feature", 13) == 0;
}

/* uv knows of repositories those of git. */
static bool other_repository(const struct cog_package *package)
{
    const char *plus = package->url ? strchr(package->url, '+') : NULL;
    const char *colon = package->url ? strchr(package->url, ':') : NULL;

    return plus && colon && plus < colon && strncasecmp(package->url, "git+", 4) != 0;
}

/* The first thing that pip alone does as pip does it. */
static struct reason find_reason(const struct cog_project *project)
{
    for (size_t i = 0; i < project->pip_option_count; i++) {
        const struct cog_line *line = &project->pip_options[i];
        if (only_pips(line->text))
            return (struct reason){"python.installer.option", line->text, line->at};
    }
    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (json_array_size(package->options))
            return (struct reason){"python.installer.option", package->text, package->at};
        if (other_repository(package))
            return (struct reason){"python.installer.repository", package->text,
                                   package->at};
    }
    if (project->config.sdk_version || project->sdk)
        return (struct reason){"python.installer.sdk", NULL, nowhere};
    return (struct reason){0};
}

/* Patterns of the names of frameworks, a line each. The caller frees it. */
static char *frameworks(const struct cog_project *project)
{
    const struct cog_table *table =
        &project->resolution->data->by_name[COG_TABLE_FRAMEWORKS];
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < table->count; i++)
        (void)fprintf(out, "%s\n", table->rows[i][COG_FRAMEWORK_PACKAGE]);
    cog_text_close(out, &text);
    return text;
}

/* An exec of the installer's; `why` is stolen, `words` end with NULL. */
static json_t *step(const struct cog_packages_install *install, struct cog_stage *stage,
                    json_t *why, const char *const *words)
{
    static const char *const program[] = {"python", COG_INSTALLER, NULL};
    json_t *exec = cog_stage_exec_take(stage, why, program);

    for (; *words; words++)
        cog_exec_arg(exec, *words);
    cog_exec_installer(install->composer, exec);
    return exec;
}

void cog_layers_index(const struct cog_packages_install *install, json_t *exec)
{
    cog_exec_index(install->project, install->composer, exec);
    cog_pip_variables(install->project, install->composer, exec);
}

void cog_layers_options(const struct cog_packages_install *install, json_t *exec)
{
    const json_t *option;
    size_t index;

    json_array_foreach(install->options, index, option) {
        cog_exec_arg(exec, json_string_value(option));
    }
    cog_exec_bind_take(exec, cog_input_local("generated"), GENERATED);
    cog_pip_locals(install->project, install->composer, exec);
    cog_block_toolkit_env(install->project, exec);
}

void cog_uv_add(const struct cog_project *project, struct cog_composer *composer,
                enum cog_phase phase)
{
    static const char *const argv[] = {"python", COG_INSTALLER, "fetch", "/opt/uv", NULL};
    struct cog_stage *stage = cog_stage_add(composer, phase, "uv");

    cog_stage_from_take(stage, cog_input_provided("python"));
    json_t *exec = cog_stage_exec_take(stage, cog_why("python.installer", nowhere), argv);
    cog_exec_title(exec, "fetch uv");
    cog_exec_installer(composer, exec);
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_index(project, composer, exec);
}

void cog_exec_uv(json_t *exec)
{
    cog_exec_bind_part_take(exec, cog_input_stage("uv"), "/opt/uv", COG_UV);
    cog_exec_cache(exec, "cog-uv", "/root/.cache/uv", COG_CACHE_SHARED);
}

/* Names the files that the requirements stand in, each once. */
static void set_title(const struct cog_packages_install *install, json_t *exec)
{
    const struct cog_project *project = install->project;
    json_auto_t *files = json_object();
    auto_free char *text = NULL;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < project->package_count; i++) {
        const char *file = project->packages[i].at.file;
        if (json_object_get(files, file))
            continue;
        (void)fprintf(out, "%s%s", json_object_size(files) ? ", " : "", file);
        json_object_set_new(files, file, json_true());
    }
    cog_text_close(out, &text);
    cog_exec_title(exec, "install the packages of %s", text);
}

/* What an exec gets that installs what was required. */
static void give_requirements(const struct cog_packages_install *install, json_t *exec)
{
    set_title(install, exec);
    cog_layers_options(install, exec);
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_bytecode(exec);
    cog_layers_index(install, exec);
}

/* A layer that begins without /venv: to remove it takes longer than to install a little. */
static void begin_without(const struct cog_packages_install *install,
                          struct cog_stage *stage)
{
    cog_stage_from_take(stage, cog_input_phase(COG_PHASE_SYSTEM_DEPS));
    cog_block_environment(install->project, stage);
    cog_stage_env(stage, "PATH", "/venv/bin:${PATH}");
    cog_stage_env(stage, "VIRTUAL_ENV", "/venv");
}

/* The layer in which everything is resolved, and what is in no other is installed. */
static void add_packages(const struct cog_packages_install *install)
{
    static const char table[] = LAYERS "/frameworks.txt";
    const char *const words[] = {
        "packages", cog_invalidation_mode(install->project), COG_UV, RESOLVED, table, own,
        NULL};
    auto_free char *patterns = frameworks(install->project);
    struct cog_stage *stage =
        cog_stage_add(install->composer, COG_PHASE_FRAMEWORK_DEPS, "pip");

    cog_context_file(install->composer, "layers", "frameworks.txt", patterns);
    begin_without(install, stage);
    json_t *exec = step(install, stage, json_incref((json_t *)install->why), words);
    cog_exec_bind_part_take(exec, cog_input_local("layers"), "/frameworks.txt", table);
    cog_exec_bind_part_take(exec, cog_input_phase(COG_PHASE_RUNTIME), "/venv", "/mnt/venv");
    cog_exec_uv(exec);
    give_requirements(install, exec);
}

/* A layer of the part of what was resolved that lies in `folder`. It needs nothing of the
 * project's but where its indexes are. */
static void add_layer(const struct cog_packages_install *install, struct cog_stage *stage,
                      const char *folder, const char *title)
{
    const char *const words[] = {"install", cog_invalidation_mode(install->project), COG_UV,
                                 "/mnt/part", NULL};
    json_t *exec = step(install, stage, cog_why("python.layers", nowhere), words);

    cog_exec_title(exec, "%s", title);
    cog_exec_bind_part_take(exec, cog_input_stage("pip"), folder, "/mnt/part");
    cog_exec_uv(exec);
    cog_exec_bytecode(exec);
    cog_exec_arg(exec, "--requirement=" LAYERS "/options.txt");
    cog_exec_bind_part_take(exec, cog_input_local("layers"), "/options.txt",
                            LAYERS "/options.txt");
    cog_layers_index(install, exec);
}

static void add_layers(const struct cog_packages_install *install)
{
    auto_free char *options = cog_pip_options(install->project);

    cog_context_file(install->composer, "layers", "options.txt", options);
    cog_uv_add(install->project, install->composer, COG_PHASE_FRAMEWORK_DEPS);
    add_packages(install);

    struct cog_stage *stage =
        cog_stage_add(install->composer, COG_PHASE_FRAMEWORK_DEPS, "frameworks");
    cog_stage_from_take(stage, cog_input_phase(COG_PHASE_RUNTIME));
    cog_block_environment(install->project, stage);
    add_layer(install, stage, RESOLVED "/frameworks", "install the frameworks");
    stage = cog_stage_add(install->composer, COG_PHASE_APP_DEPS, "large");
    begin_without(install, stage);
    add_layer(install, stage, RESOLVED "/large", "install large packages");
    struct cog_stage *image =
        cog_stage_add(install->composer, COG_PHASE_EXPORT_RUNTIME, "packages");
    cog_stage_copy_take(image, cog_why("python.layers", nowhere), cog_input_stage("large"),
                        "/venv", "/venv");
    cog_stage_copy_take(image, cog_why("python.layers", nowhere), cog_input_stage("pip"),
                        "/venv", "/venv");
}

/* All of them by pip, in the layer that has /venv. */
static void add_pip(const struct cog_packages_install *install)
{
    const char *const words[] = {"pip", cog_invalidation_mode(install->project), RESOLVED,
                                 own, NULL};
    struct cog_stage *stage =
        cog_stage_add(install->composer, COG_PHASE_FRAMEWORK_DEPS, "pip");

    cog_block_environment(install->project, stage);
    give_requirements(install,
                      step(install, stage, json_incref((json_t *)install->why), words));
}

json_t *cog_layers_list_take(struct cog_stage *stage, json_t *why, const char *path)
{
    return cog_stage_copy_take(stage, why, cog_input_stage("pip"),
                               RESOLVED "/pip-freeze.txt", path);
}

void cog_layers_add(const struct cog_packages_install *install)
{
    struct reason reason = find_reason(install->project);

    cog_decide_take(install->composer, "python.installer", reason.rule ? "pip" : "uv",
                    reason.rule ? reason.rule : "python.installer", reason.at, NULL);
    (reason.rule ? add_pip : add_layers)(install);
}
