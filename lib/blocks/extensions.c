/* extensions.c - the stages that build packages which need others to be built. */
#include "blocks/extensions.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/pip.h"
#include "versions/resolution.h"
#include "versions/source_build.h"

#define BUILT "/extensions"
#define PART "/mnt/part"

static const char rule[] = "python.extension";

const char *const *cog_extension_row(const struct cog_project *project,
                                     const struct cog_package *package)
{
    if (!project->resolution || !project->resolution->data || project->lock ||
        project->wheelhouse || package->constraint)
        return NULL;
    return cog_source_build(&project->resolution->data->by_name[COG_TABLE_EXTENSIONS],
                            package->name, package->url, package->path);
}

/* An option with the words of one column of all extensions, each once; the caller frees it.
 */
static char *option_of(const struct cog_project *project, const char *option, size_t column)
{
    json_auto_t *words = json_object();
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    (void)fputs(option, out);
    for (size_t i = 0; i < project->package_count; i++) {
        const char *const *row = cog_extension_row(project, &project->packages[i]);
        const char *next = row && strcmp(row[column], "-") != 0 ? row[column] : NULL;
        while (next) {
            auto_free char *word = cog_next_word(&next);
            if (!json_object_get(words, word))
                (void)fprintf(out, "%s ", word);
            json_object_set_new(words, word, json_true());
        }
    }
    cog_text_close(out, &text);
    text[strlen(text) - (text[strlen(text) - 1] == ' ')] = '\0';
    return text;
}

static void decide(const struct cog_packages_install *install)
{
    for (size_t i = 0; i < install->project->package_count; i++) {
        const struct cog_package *package = &install->project->packages[i];
        const char *const *row = cog_extension_row(install->project, package);
        if (!row)
            continue;
        auto_free char *key = cog_printf("extensions.%s", row[COG_EXTENSION_PACKAGE]);
        auto_free char *value = cog_printf("built with %s", row[COG_EXTENSION_NEEDS]);
        if (!cog_decided(install->composer, key))
            cog_decide_take(install->composer, key, value, rule, package->at, NULL);
    }
}

static const struct cog_pos nowhere = {0};

/* /venv with all layers, and what was built in it as files of its own. */
static void add_build(const struct cog_packages_install *install)
{
    static const char *const layers[] = {"large", "pip"};
    auto_free char *needs = option_of(install->project, "--needs=", COG_EXTENSION_NEEDS);
    bool own = cog_project_package(install->project, "setuptools") != NULL;
    auto_free char *tools =
        option_of(install->project, own ? "--tools=wheel " : "--tools=setuptools<81 wheel ",
                  COG_EXTENSION_TOOLS);
    const char *const argv[] = {"python", COG_INSTALLER, "extend", BUILT,
                                needs,    tools,         NULL};
    const char *installer = cog_decided(install->composer, "python.installer");
    struct cog_stage *stage =
        cog_stage_add(install->composer, COG_PHASE_APP_DEPS, "extensions-build");

    cog_stage_from_take(stage, cog_input_phase(COG_PHASE_FRAMEWORK_DEPS));
    cog_block_environment(install->project, stage);
    for (size_t i = 0; installer && strcmp(installer, "uv") == 0 && i < 2; i++)
        cog_stage_copy_take(stage, cog_why("python.layers", nowhere),
                            cog_input_stage(layers[i]), "/venv", "/venv");
    json_t *exec = cog_stage_exec_take(stage, json_incref((json_t *)install->why), argv);
    cog_exec_title(exec, "build packages that need %s", needs + strlen("--needs="));
    cog_exec_installer(install->composer, exec);
    cog_layers_options(install, exec);
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_layers_index(install, exec);
}

static void add_layer(const struct cog_packages_install *install)
{
    const char *const argv[] = {"python", COG_INSTALLER,
                                "lay",    cog_invalidation_mode(install->project),
                                PART,     NULL};
    struct cog_stage *stage =
        cog_stage_add(install->composer, COG_PHASE_APP_DEPS, "extensions");

    cog_stage_from_take(stage, cog_input_phase(COG_PHASE_SYSTEM_DEPS));
    json_t *exec = cog_stage_exec_take(stage, cog_why(rule, nowhere), argv);
    cog_exec_title(exec, "install the packages that were built");
    cog_exec_installer(install->composer, exec);
    cog_exec_bind_part_take(exec, cog_input_stage("extensions-build"), BUILT, PART);
    cog_exec_bytecode(exec);
}

void cog_extensions_add(const struct cog_packages_install *install)
{
    decide(install);
    add_build(install);
    add_layer(install);
    struct cog_stage *image =
        cog_stage_add(install->composer, COG_PHASE_EXPORT_RUNTIME, "extension-packages");
    cog_stage_copy_take(image, cog_why(rule, nowhere), cog_input_stage("extensions"),
                        "/venv", "/venv");
}
