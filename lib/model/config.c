/* config.c - cog.yaml's rules, and the struct that planning reads. */
#include "model/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/schema.h"

/* What the rules between fields look at. */
struct rules {
    const json_t *values, *build;
    const json_t *doc; /* for positions */
    struct cog_diags *diags;
};

static int complain(const struct rules *r, enum cog_severity severity, const char *pointer,
                    const char *code, const char *text)
{
    return cog_report(r->diags, severity, cog_doc_at(r->doc, pointer), code, "%s", text);
}

static int check_exclusive(const struct rules *r)
{
    int result = 0;

    if (json_object_get(r->values, "predict") && json_object_get(r->values, "run"))
        result = complain(r, COG_ERROR, "/run", "config.exclusive",
                          "run and predict mean the same; keep one of them");
    if (json_object_get(r->build, "python_requirements") &&
        json_object_get(r->build, "python_packages"))
        result =
            complain(r, COG_ERROR, "/build/python_packages", "config.exclusive",
                     "move python_packages into the file that python_requirements names");
    if (json_object_get(r->values, "image") && json_object_get(r->values, "model"))
        result = complain(r, COG_ERROR, "/model", "config.exclusive",
                          "model and image cannot be set together; keep one of them");
    return result;
}

static int check_python(const struct rules *r)
{
    const char *version = json_string_value(json_object_get(r->build, "python_version"));

    if (!version || strncmp(version, "3.", 2) != 0 || strtoul(version + 2, NULL, 10) >= 10)
        return 0;
    return complain(r, COG_ERROR, "/build/python_version", "config.python-version",
                    "the oldest supported Python is 3.10");
}

static void check_deprecated(const struct rules *r)
{
    if (json_object_get(r->build, "python_packages"))
        complain(
            r, COG_WARNING, "/build/python_packages", "config.deprecated",
            "python_packages is deprecated; put the lines into requirements.txt and set "
            "python_requirements");
    if (json_object_get(r->build, "pre_install"))
        complain(r, COG_WARNING, "/build/pre_install", "config.deprecated",
                 "pre_install is deprecated; append its commands to run");
}

/* Variables that the image sets itself or that the platforms which run it set. A name that
 * ends with a star stands for all that begin so. */
static const char *const reserved_variables[] = {
    "PATH",
    "LD_LIBRARY_PATH",
    "LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "VIRTUAL_ENV",
    "HF_ENDPOINT",
    "HF_HUB_ENABLE_HF_TRANSFER",
    "CUDA_*",
    "KUBERNETES_*",
    "NVIDIA_*",
    "NV_*",
    "PGET_*",
    "R8_*",
    "REPLICATE_*",
};

static bool reserved(const char *assignment)
{
    size_t length = strcspn(assignment, "=");

    for (size_t i = 0; i < sizeof reserved_variables / sizeof *reserved_variables; i++) {
        const char *name = reserved_variables[i];
        size_t stem = strcspn(name, "*");
        if (name[stem] ? length >= stem : length == stem)
            if (strncmp(assignment, name, stem) == 0)
                return true;
    }
    return false;
}

static bool same_variable(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return strcspn(b, "=") == length && strncmp(a, b, length) == 0;
}

static int check_environment(const struct rules *r)
{
    const json_t *list = json_object_get(r->values, "environment"), *item;
    size_t index;
    int result = 0;

    json_array_foreach(list, index, item) {
        const char *text = json_string_value(item);
        auto_free char *pointer = cog_pointer_index("/environment", index);
        if (reserved(text))
            result = complain(r, COG_ERROR, pointer, "config.environment",
                              "this variable is set by cog or by what runs the image");
        for (size_t before = 0; before < index; before++)
            if (same_variable(text, json_string_value(json_array_get(list, before))))
                result = complain(r, COG_ERROR, pointer, "config.environment",
                                  "this variable is set twice; keep one of them");
    }
    return result;
}

static const char *command_text(const json_t *command)
{
    return json_string_value(json_is_object(command) ? json_object_get(command, "command")
                                                     : command);
}

static int check_commands(const struct rules *r, const char *member)
{
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(json_object_get(r->build, member), index, item) {
        auto_free char *pointer = cog_printf("/build/%s/%zu", member, index);
        if (strpbrk(command_text(item), "\r\n"))
            result =
                complain(r, COG_ERROR, pointer, "config.command",
                         "a command is one line; join the lines with && or make several "
                         "commands");
    }
    return result;
}

static json_t *text_of_number(const json_t *value)
{
    auto_free char *text = json_dumps(value, JSON_ENCODE_ANY);
    return json_string(text);
}

static void numbers_to_text(json_t *build)
{
    static const char *const names[] = {"python_version", "cuda", "cudnn", "sdk_version"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *value = json_object_get(build, names[i]);
        if (json_is_number(value))
            json_object_set_new(build, names[i], text_of_number(value));
    }
}

json_t *cog_config_make(const json_t *values, const json_t *positions, const json_t *keys,
                        const char *file, struct cog_diags *diags)
{
    const struct cog_schema_place place = {file, positions, keys};
    json_auto_t *config = json_deep_copy(values);

    numbers_to_text(json_object_get(config, "build"));
    if (cog_schema_check("cog-yaml-1.json", config, &place, diags) < 0)
        return NULL;
    json_auto_t *doc =
        json_pack("{s:s, s:O, s:{s:s, s:O}}", "schema", "cog/config-1", "config", config,
                  "source", "file", file, "positions", positions);
    const struct rules rules = {config, json_object_get(config, "build"), doc, diags};
    check_deprecated(&rules);
    int result = check_exclusive(&rules) | check_python(&rules) |
                 check_environment(&rules) | check_commands(&rules, "run") |
                 check_commands(&rules, "pre_install");
    return result == 0 ? json_incref(doc) : NULL;
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
        .python_packages = json_object_get(build, "python_packages"),
        .system_packages = json_object_get(build, "system_packages"),
        .environment = json_object_get(values, "environment"),
        .predict = predict ? predict : json_string_value(json_object_get(values, "run")),
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

struct cog_pos cog_config_at(const struct cog_config *config, const char *pointer)
{
    return cog_doc_at(config->doc, pointer);
}
