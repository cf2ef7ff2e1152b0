/* project.c - the document cog/project-1 as a struct. */
#include "model/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/doc.h"

static struct cog_line *load_lines(const json_t *list, const char *member, size_t *count)
{
    const json_t *item;
    size_t index;

    *count = json_array_size(list);
    struct cog_line *lines = cog_calloc(*count, sizeof *lines);
    json_array_foreach(list, index, item) {
        lines[index] =
            (struct cog_line){cog_member_text(item, member), cog_member_text(item, "path"),
                              cog_member_origin(item)};
    }
    return lines;
}

static void load_pythons(struct cog_project *project, const json_t *list)
{
    const json_t *item;
    size_t index;

    project->python_count = json_array_size(list);
    project->pythons = cog_calloc(project->python_count, sizeof *project->pythons);
    json_array_foreach(list, index, item) {
        project->pythons[index] = (struct cog_version_request){
            cog_member_text(item, "version"), cog_member_text(item, "specifier"),
            cog_member_origin(item)};
    }
}

static void load_evidence(struct cog_project *project, const json_t *list)
{
    const json_t *item;
    size_t index;

    project->evidence_count = json_array_size(list);
    project->evidence = cog_calloc(project->evidence_count, sizeof *project->evidence);
    json_array_foreach(list, index, item) {
        const char *accelerator = cog_member_text(item, "accelerator");
        const char *subject = cog_member_text(item, "subject");
        project->evidence[index] =
            (struct cog_evidence){accelerator, cog_member_text(item, "rule"),
                                  subject ? subject : accelerator, cog_member_origin(item)};
    }
}

static void load_weights(struct cog_project *project, const json_t *list)
{
    const json_t *item;
    size_t index;

    project->weight_count = json_array_size(list);
    project->weights = cog_calloc(project->weight_count, sizeof *project->weights);
    json_array_foreach(list, index, item) {
        project->weights[index] =
            (struct cog_weight){cog_member_text(item, "path"),
                                json_integer_value(json_object_get(item, "size"))};
    }
}

static void load_installs(struct cog_project *project, const json_t *list)
{
    const json_t *item;
    size_t index;

    project->install_count = json_array_size(list);
    project->installs = cog_calloc(project->install_count, sizeof *project->installs);
    json_array_foreach(list, index, item) {
        project->installs[index] = (struct cog_install){
            .by = cog_member_text(item, "by"),
            .text = cog_member_text(item, "text"),
            .options = cog_member_text(item, "options"),
            .name = cog_member_text(item, "name"),
            .specifier = cog_member_text(item, "specifier"),
            .url = cog_member_text(item, "url"),
            .path = cog_member_text(item, "path"),
            .at = cog_member_origin(item),
        };
    }
}

struct cog_package *cog_packages_load(const json_t *list, size_t *count)
{
    const json_t *item;
    size_t index;

    *count = json_array_size(list);
    struct cog_package *packages = cog_calloc(*count, sizeof *packages);
    json_array_foreach(list, index, item) {
        packages[index] = (struct cog_package){
            .name = cog_member_text(item, "name"),
            .text = cog_member_text(item, "text"),
            .url = cog_member_text(item, "url"),
            .path = cog_member_text(item, "path"),
            .specifier = cog_member_text(item, "specifier"),
            .marker = cog_member_text(item, "marker"),
            .extras = json_object_get(item, "extras"),
            .hashes = json_object_get(item, "hashes"),
            .options = json_object_get(item, "options"),
            .built = json_is_true(json_object_get(item, "built")),
            .constraint = json_is_true(json_object_get(item, "constraint")),
            .at = cog_member_origin(item),
        };
    }
    return packages;
}

void cog_project_load(struct cog_project *project, json_t *doc)
{
    const json_t *facts = json_object_get(doc, "facts");

    *project = (struct cog_project){
        .lock = json_object_get(facts, "lock"),
        .ignore = json_object_get(facts, "ignore"),
        .revision = cog_member_text(json_object_get(facts, "git"), "revision"),
        .predictor = cog_member_origin(json_object_get(facts, "predictor")),
        .frameworks = json_object_get(facts, "frameworks"),
    };
    cog_config_load(&project->config, doc);
    project->packages =
        cog_packages_load(json_object_get(facts, "requirements"), &project->package_count);
    project->pip_options = load_lines(json_object_get(facts, "pip_options"), "text",
                                      &project->pip_option_count);
    project->variables =
        load_lines(json_object_get(facts, "variables"), "name", &project->variable_count);
    project->import_paths = load_lines(json_object_get(facts, "import_paths"), "path",
                                       &project->import_path_count);
    project->programs =
        load_lines(json_object_get(facts, "programs"), "name", &project->program_count);
    project->compilers =
        load_lines(json_object_get(facts, "compilers"), "name", &project->compiler_count);
    project->command_variables = load_lines(json_object_get(facts, "command_variables"),
                                            "name", &project->command_variable_count);
    project->unread_commands = load_lines(json_object_get(facts, "unread_commands"),
                                          "reason", &project->unread_command_count);
    load_installs(project, json_object_get(facts, "installs"));
    load_pythons(project, json_object_get(facts, "python"));
    load_evidence(project, json_object_get(facts, "accelerators"));
    load_weights(project, json_object_get(facts, "weights"));
}

void cog_project_release(struct cog_project *project)
{
    free(project->packages);
    free(project->pip_options);
    free(project->variables);
    free(project->import_paths);
    free(project->programs);
    free(project->compilers);
    free(project->command_variables);
    free(project->unread_commands);
    free(project->installs);
    free(project->pythons);
    free(project->evidence);
    free(project->weights);
    cog_config_release(&project->config);
}

bool cog_project_framework(const struct cog_project *project, const char *name,
                           struct cog_framework *framework)
{
    const json_t *found = json_object_get(project->frameworks, name);

    if (found)
        *framework = (struct cog_framework){
            cog_member_text(found, "version"), cog_member_text(found, "specifier"),
            json_is_true(json_object_get(found, "direct")), cog_member_origin(found)};
    return found != NULL;
}

const struct cog_package *cog_project_package(const struct cog_project *project,
                                              const char *name)
{
    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (!package->constraint && package->name && strcmp(package->name, name) == 0)
            return package;
    }
    return NULL;
}
