/* import_paths.c - the block that has Python find the project's own package where it lies
 * under /src, as an editable installation would.
 *
 * A .pth file of /venv and not PYTHONPATH, which would count for every Python that the
 * model starts and stand before the installed packages; and no installation, which would
 * need a build backend and run again with every edit. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"

static bool import_paths_detect(const struct cog_project *project)
{
    return project->import_path_count > 0;
}

/* The paths in the image, each with what follows it. The caller frees it. */
static char *text_of(const struct cog_project *project, char end)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < project->import_path_count; i++)
        (void)fprintf(out, "/src/%s%c", project->import_paths[i].text, end);
    cog_text_close(out, &text);
    return text;
}

/* The length of "3.13" in "3.13.4". */
static int minor_length(const char *version)
{
    size_t major = strcspn(version, ".");

    return (int)(major + 1 + strcspn(version + major + 1, "."));
}

static int import_paths_plan(const struct cog_project *project,
                             struct cog_composer *composer, struct cog_diags *diags)
{
    const char *python = cog_decided(composer, "python.version");
    auto_free char *lines = text_of(project, '\n'), *value = text_of(project, ':');
    json_t *why = json_array();

    (void)diags;
    value[strlen(value) - 1] = '\0';
    for (size_t i = 0; i < project->import_path_count; i++)
        cog_why_add(why, "python.import-paths", project->import_paths[i].at,
                    project->import_paths[i].text);
    cog_decide_take(composer, "python.import-paths", value, "python.import-paths",
                    project->import_paths[0].at, NULL);
    if (python) {
        auto_free char *path =
            cog_printf("/venv/lib/python%.*s/site-packages/cog-project.pth",
                       minor_length(python), python);
        cog_stage_mkfile_take(
            cog_stage_add(composer, COG_PHASE_EXPORT_RUNTIME, "import-paths"),
            json_incref(why), path, lines);
    }
    json_decref(why);
    return python ? 0 : -1; /* which was told when it was chosen */
}

const struct cog_block cog_block_import_paths = {"import-paths", import_paths_detect, NULL,
                                                 import_paths_plan};
