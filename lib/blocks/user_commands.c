/* user_commands.c - the block that runs cog.yaml's build.run in the image, after the
 * packages. */
#include "blocks/blocks.h"
#include "blocks/network.h"

static bool user_commands_detect(const struct cog_project *project)
{
    return project->config.command_count > 0;
}

static void add_secrets(json_t *exec, const json_t *mounts)
{
    const json_t *mount;
    size_t index;

    json_array_foreach(mounts, index, mount) {
        cog_exec_secret(exec, json_string_value(json_object_get(mount, "id")),
                        json_string_value(json_object_get(mount, "target")));
    }
}

static int user_commands_plan(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_RUNTIME, "run");

    (void)diags;
    for (size_t i = 0; i < project->config.command_count; i++) {
        const struct cog_command *command = &project->config.commands[i];
        json_t *exec =
            cog_stage_shell(stage, cog_why("user-commands", command->at), command->command);
        add_secrets(exec, command->mounts);
        cog_exec_network(composer, exec);
    }
    return 0;
}

const struct cog_block cog_block_user_commands = {"user-commands", user_commands_detect,
                                                  NULL, user_commands_plan};
