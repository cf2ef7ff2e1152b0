/* freeze.c - the block that lists the packages of the image, as `pip freeze` does.
 *
 * What installs the project's packages lists them; only where something else may have
 * installed more does a command look for them. */
#include "blocks/blocks.h"
#include "blocks/extensions.h"
#include "blocks/layers.h"

#define FOLDER "/var/lib/cog"
#define LIST FOLDER "/pip-freeze.txt"

static const char rule[] = "cog-runtime.freeze";

static void look(struct cog_composer *composer, struct cog_stage *stage, json_t *why)
{
    static const char *const argv[] = {"/venv/bin/python", COG_INSTALLER, "freeze", FOLDER,
                                       NULL};
    json_t *exec = cog_stage_exec_take(stage, why, argv);

    cog_exec_title(exec, "list the packages");
    cog_exec_installer(composer, exec);
}

/* Whether something beside the installer installs packages. */
static bool has_others(const struct cog_project *project,
                       const struct cog_composer *composer)
{
    for (size_t i = 0; i < project->package_count; i++)
        if (cog_extension_row(project, &project->packages[i]))
            return true;
    return project->config.command_count || cog_block_sdk_is_public(composer);
}

static int freeze_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "freeze");
    json_t *why = cog_why(rule, (struct cog_pos){0});

    (void)diags;
    if (has_others(project, composer))
        look(composer, stage, why);
    else if (cog_decided(composer, "python.installer"))
        cog_layers_list_take(stage, why, LIST);
    else
        cog_stage_mkfile_take(stage, why, LIST, "cog==" COG_VERSION "\n");
    cog_export_label_file(composer, "run.cog.pip_freeze", LIST);
    return 0;
}

const struct cog_block cog_block_freeze = {"freeze", NULL, NULL, freeze_plan};
