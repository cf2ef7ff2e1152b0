/* user_commands.c - the block that runs cog.yaml's build.run in the image, after the
 * packages. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/network.h"
#include "blocks/pip.h"
#include "shell/calls.h"
#include "versions/resolution.h"

#define APT "/mnt/apt"
#define WGET "/mnt/wget"

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

/* apt reads no SSL_CERT_FILE, and asks whether to go on. */
static const char apt_options[] = "Acquire::https::CAInfo \"" COG_CA_TARGET "\";\n"
                                  "APT::Get::Assume-Yes \"true\";\n";

/* Lists and archives are of no use in the image. */
static void prepare_apt(json_t *exec)
{
    cog_exec_bind_take(exec, cog_input_local("apt"), APT);
    cog_exec_env(exec, "APT_CONFIG", APT "/apt.conf");
    cog_block_apt_cache(exec);
}

/* wget reads no SSL_CERT_FILE, either. */
static const char wget_options[] = "ca_certificate = " COG_CA_TARGET "\n";

static void prepare_wget(json_t *exec)
{
    cog_exec_bind_take(exec, cog_input_local("wget"), WGET);
    cog_exec_env(exec, "WGETRC", WGET "/wgetrc");
}

/* The lists lie in a cache that may be empty, and in no image: a command that installs
 * without getting them first gets them from cog. */
static json_t *add_exec(const struct cog_project *project, struct cog_stage *stage,
                        const struct cog_command *command, const char *text)
{
    json_t *why = cog_why("user-commands", command->at);
    bool updates, apt = cog_calls_apt(text, &updates);
    const char *const after_update[] = {
        "sh", "-c", "apt-get update && exec /bin/sh -c \"$0\"", text, NULL};
    const char *const plain[] = {"/bin/sh", "-c", text, NULL};
    bool toolkit = project->resolution && project->resolution->toolkit.image;
    json_t *exec = apt && !updates ? cog_stage_exec_take(stage, why, after_update)
                   : toolkit       ? cog_stage_exec_take(stage, why, plain)
                                   : cog_stage_shell_take(stage, why, text);

    if (json_object_get(exec, "argv"))
        cog_exec_title(exec, "%s", text);
    if (apt)
        prepare_apt(exec);
    if (strstr(text, "wget"))
        prepare_wget(exec);
    if (toolkit)
        cog_block_toolkit_env(project, exec);
    return exec;
}

static void add_command(const struct cog_project *project, struct cog_composer *composer,
                        struct cog_stage *stage, const struct cog_command *command,
                        struct cog_diags *diags)
{
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    auto_free char *text =
        cog_block_command_text(command, python ? python->version : NULL, diags);

    json_t *exec = add_exec(project, stage, command, text);
    cog_exec_env(exec, "DEBIAN_FRONTEND", "noninteractive");
    add_secrets(exec, command->mounts);
    cog_exec_network(composer, exec);
}

/* What builds a package by the Python that it is installed into, as torch's extensions are,
 * takes these from there, and Cog's images have them. */
static void add_setuptools(const struct cog_project *project, struct cog_composer *composer,
                           struct cog_stage *stage)
{
    static const char rule[] = "python.setuptools";

    for (size_t i = 0; i < project->config.command_count; i++) {
        const struct cog_command *command = &project->config.commands[i];
        if (!strstr(command->command, "--no-build-isolation") &&
            !strstr(command->command, "setup.py"))
            continue;
        bool own = cog_project_package(project, "setuptools") || project->lock;
        const char *setuptools = own ? "setuptools" : "setuptools<81"; /* pkg_resources */
        auto_free char *packages = cog_printf("%s wheel", setuptools);
        json_t *exec =
            cog_stage_exec_take(stage, cog_why(rule, command->at), cog_pip_command);
        cog_exec_title(exec, "install %s", packages);
        cog_exec_arg(exec, setuptools);
        cog_exec_arg(exec, "wheel");
        cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
        cog_exec_index(project, composer, exec);
        cog_decide_take(composer, rule, packages, rule, command->at, NULL);
        return;
    }
}

static bool any_calls_apt(const struct cog_config *config)
{
    bool updates;

    for (size_t i = 0; i < config->command_count; i++)
        if (cog_calls_apt(config->commands[i].command, &updates))
            return true;
    return false;
}

static bool any_names(const struct cog_config *config, const char *program)
{
    for (size_t i = 0; i < config->command_count; i++)
        if (strstr(config->commands[i].command, program))
            return true;
    return false;
}

static int user_commands_plan(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_RUNTIME, "run");

    if (cog_composer_chosen(composer, "python"))
        add_setuptools(project, composer, stage);
    if (any_calls_apt(&project->config))
        cog_context_file(composer, "apt", "apt.conf", apt_options);
    if (any_names(&project->config, "wget"))
        cog_context_file(composer, "wget", "wgetrc", wget_options);
    for (size_t i = 0; i < project->config.command_count; i++)
        add_command(project, composer, stage, &project->config.commands[i], diags);
    return 0;
}

const struct cog_block cog_block_user_commands = {"user-commands", user_commands_detect,
                                                  NULL, user_commands_plan};
