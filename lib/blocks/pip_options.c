/* pip_options.c - the options, variables and local paths that pip is given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/network.h"
#include "blocks/pip.h"
#include "versions/resolution.h"

/* pip asks the indexes of a requirements file even with --no-index. */
static bool names_index(const char *option)
{
    return strncmp(option, "-i", 2) == 0 || strncmp(option, "--index-url", 11) == 0 ||
           strncmp(option, "--extra-index-url", 17) == 0;
}

char *cog_pip_options(const struct cog_project *project)
{
    const struct cog_choice *index = &project->resolution->choices[COG_CHOICE_TORCH_INDEX];
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < project->pip_option_count; i++)
        if (!project->wheelhouse || !names_index(project->pip_options[i].text))
            (void)fprintf(out, "%s\n", project->pip_options[i].text);
    if (!project->wheelhouse && index->value)
        (void)fprintf(out, "--extra-index-url %s\n", index->value);
    cog_text_close(out, &text);
    return text;
}

/* A variable that nothing sets would be installed as the text ${NAME}: it is a secret. */
void cog_pip_variables(const struct cog_project *project, struct cog_composer *composer,
                       json_t *exec)
{
    for (size_t i = 0; i < project->variable_count; i++)
        if (!project->wheelhouse &&
            !cog_config_sets(&project->config, project->variables[i].text))
            cog_exec_secret_variable(composer, exec, project->variables[i].text,
                                     project->variables[i].at);
}

static void add_local(json_t *paths, const char *path)
{
    if (path)
        json_object_set_new(paths, path, json_true());
}

/* The paths of the project that pip reads, as a set. A new reference. */
static json_t *locals(const struct cog_project *project)
{
    json_t *paths = json_object();

    for (size_t i = 0; i < project->package_count; i++)
        add_local(paths, project->packages[i].path);
    for (size_t i = 0; i < project->pip_option_count; i++)
        add_local(paths, project->pip_options[i].path);
    return paths;
}

/* Mounts what pip reads of the project, and nothing else, so that an edit elsewhere does
 * not run it again. Builds write beside their sources, so it may be written to. What is
 * named is there even if .dockerignore keeps it out of the image; the whole project is what
 * it says. */
void cog_pip_locals(const struct cog_project *project, struct cog_composer *composer,
                    json_t *exec)
{
    static const char context[] = "requirements-files", target[] = "/mnt/project";
    json_auto_t *paths = locals(project);
    json_t *include = json_array();
    const char *path;
    json_t *value;

    json_object_foreach(paths, path, value) {
        auto_free char *pattern = cog_block_pattern(path);
        json_array_append_new(include, json_string(pattern));
    }
    if (json_object_get(paths, "."))
        cog_context_folder_take(composer, context, ".", cog_block_ignored(project->ignore));
    else if (json_array_size(include))
        cog_context_parts_take(composer, context, ".", json_incref(include),
                               json_pack("[s,s]", ".git", "**/__pycache__"));
    if (json_array_size(include)) {
        cog_exec_scratch_take(exec, cog_input_local(context), target);
        cog_exec_dir(exec, target);
    }
    json_decref(include);
}
