/* source.c - the block that copies the project to /src. */
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"

/* cog's own files and what Python makes never belong in an image; .dockerignore comes after
 * them, so that it can take an exception. */
json_t *cog_block_ignored(const json_t *ignore)
{
    json_t *list = json_pack("[s,s,s,s]", ".cog", ".git", "**/__pycache__", "cog.lock");

    json_array_extend(list, (json_t *)ignore);
    return list;
}

char *cog_block_pattern(const char *path)
{
    char *pattern;
    size_t size;
    FILE *out = cog_text_open(&pattern, &size);

    for (; *path; path++)
        (void)fprintf(out, strchr("*?[\\!#", *path) ? "\\%c" : "%c", *path);
    cog_text_close(out, &pattern);
    return pattern;
}

/* What the weights' block copies is not copied again. */
static json_t *excluded(const struct cog_project *project)
{
    json_t *list = cog_block_ignored(project->ignore);

    for (size_t i = 0; i < project->weight_count; i++) {
        auto_free char *pattern = cog_block_pattern(project->weights[i].path);
        json_array_append_new(list, json_string(pattern));
    }
    return list;
}

void cog_block_own(const struct cog_project *project, json_t *copy)
{
    if (project->config.user)
        json_object_set_new(copy, "chown", json_string(project->config.user));
}

static bool source_detect(const struct cog_project *project)
{
    return !project->environment;
}

static int source_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "source");

    (void)diags;
    cog_context_folder_take(composer, "source", ".", excluded(project));
    json_t *copy = cog_stage_copy_take(stage, cog_why("source", (struct cog_pos){0}),
                                       cog_input_local("source"), "/", "/src");
    cog_block_own(project, copy);
    cog_stage_dir(stage, "/src");
    return 0;
}

const struct cog_block cog_block_source = {"source", source_detect, NULL, source_plan};
