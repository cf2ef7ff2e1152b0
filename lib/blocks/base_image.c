/* base_image.c - the block that chooses Python's version and the image that has it. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "blocks/blocks.h"

static const char default_python[] = "3.13";

/* "3.13" or "3.13.2": what the tags of the python image name. */
static bool is_version(const char *text)
{
    size_t minor = strncmp(text, "3.", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
    const char *rest = text + 2 + minor;

    if (!minor || !*rest)
        return minor != 0;
    return *rest == '.' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

static const char *rule_of(const struct cog_line *voice)
{
    return strcmp(voice->at.file, ".python-version") == 0
               ? "python.version.dot-python-version"
               : "python.version.cog-yaml";
}

static json_t *weaker_voices(const struct cog_project *project)
{
    json_t *rejected = json_array();

    for (size_t i = 1; i < project->python_count; i++) {
        const struct cog_line *voice = &project->pythons[i];
        auto_free char *at = cog_pos_text(voice->at);
        if (strcmp(voice->text, project->pythons[0].text) != 0)
            json_array_append_new(rejected,
                                  json_pack("{s:s, s:s, s:s}", "value", voice->text, "rule",
                                            rule_of(voice), "at", at));
    }
    return rejected;
}

/* The version; borrowed from `project`. */
static const char *choose(const struct cog_project *project, struct cog_composer *composer)
{
    if (project->python_count == 0) {
        cog_decide(composer, "python.version", default_python, "python.version.default",
                   (struct cog_pos){0}, NULL);
        return default_python;
    }
    const struct cog_line *voice = &project->pythons[0];
    cog_decide(composer, "python.version", voice->text, rule_of(voice), voice->at,
               weaker_voices(project));
    return voice->text;
}

static int base_image_plan(const struct cog_project *project, struct cog_composer *composer,
                           struct cog_diags *diags)
{
    const char *version = choose(project, composer);
    struct cog_pos at =
        project->python_count ? project->pythons[0].at : (struct cog_pos){0};

    if (!is_version(version))
        return cog_report(diags, COG_ERROR, at, "plan.python-version",
                          "\"%s\" is no version of CPython; write one like 3.13", version);
    auto_free char *image = cog_printf("python:%s-slim", version);
    cog_decide(composer, "image.base", image, "image.base.python-slim", at, NULL);
    struct cog_stage *build = cog_stage_add(composer, COG_PHASE_BASE, "base");
    cog_stage_from_take(build, cog_input_image(image));
    cog_stage_provides(build, "python");

    struct cog_stage *runtime = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "runtime");
    cog_stage_from_take(runtime, cog_input_phase(COG_PHASE_SYSTEM_DEPS));
    cog_stage_env(runtime, "PYTHONUNBUFFERED", "1");
    cog_block_environment(project, runtime);
    return 0;
}

const struct cog_block cog_block_base_image = {"base-image", NULL, base_image_plan};
