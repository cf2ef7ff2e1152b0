/* config.c - the struct that planning reads. */
#include "model/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"

static const char *command_text(const json_t *command)
{
    return json_string_value(json_is_object(command) ? json_object_get(command, "command")
                                                     : command);
}

static void load_commands(struct cog_config *config, const json_t *build,
                          const char *member)
{
    const json_t *list = json_object_get(build, member), *item;
    size_t index;

    config->commands =
        cog_realloc(config->commands, config->command_count + json_array_size(list),
                    sizeof *config->commands);
    json_array_foreach(list, index, item) {
        auto_free char *pointer = cog_printf("/build/%s/%zu", member, index);
        config->commands[config->command_count++] = (struct cog_command){
            .command = command_text(item),
            .mounts = json_object_get(item, "mounts"),
            .at = cog_config_at(config, pointer),
        };
    }
}

void cog_config_load(struct cog_config *config, json_t *doc)
{
    const json_t *values = json_object_get(doc, "config"),
                 *build = json_object_get(values, "build");
    const char *predict = json_string_value(json_object_get(values, "predict"));

    *config = (struct cog_config){
        .doc = json_incref(doc),
        .values = values,
        .file = json_string_value(json_object_get(json_object_get(doc, "source"), "file")),
        .python_version = json_string_value(json_object_get(build, "python_version")),
        .python_requirements =
            json_string_value(json_object_get(build, "python_requirements")),
        .sdk_version = json_string_value(json_object_get(build, "sdk_version")),
        .user = json_string_value(json_object_get(build, "user")),
        .python_packages = json_object_get(build, "python_packages"),
        .system_packages = json_object_get(build, "system_packages"),
        .environment = json_object_get(values, "environment"),
        .predict = predict ? predict : json_string_value(json_object_get(values, "run")),
        .train = json_string_value(json_object_get(values, "train")),
        .image = json_string_value(json_object_get(values, "image")),
    };
    load_commands(config, build, "run");
    load_commands(config, build, "pre_install");
}

void cog_config_release(struct cog_config *config)
{
    free(config->commands);
    json_decref(config->doc);
}

const json_t *cog_config_value(const struct cog_config *config, const char *pointer)
{
    static const char in_build[] = "/build/";
    const json_t *build = json_object_get(config->values, "build");

    if (strncmp(pointer, in_build, sizeof in_build - 1) == 0)
        return json_object_get(build, pointer + sizeof in_build - 1);
    return json_object_get(config->values, pointer + 1);
}

bool cog_config_sets(const struct cog_config *config, const char *variable)
{
    const json_t *item;
    size_t index, length = strlen(variable);

    json_array_foreach(config->environment, index, item) {
        const char *text = json_string_value(item);
        if (strncmp(text, variable, length) == 0 && text[length] == '=')
            return true;
    }
    return false;
}

struct cog_pos cog_config_at(const struct cog_config *config, const char *pointer)
{
    return cog_doc_at(config->doc, pointer);
}
