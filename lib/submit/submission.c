/* submission.c - the options of cog-submit. */
#include "submit/submission.h"

#include "base/doc.h"
#include "submit/fleet.h"
#include "submit/progress.h"

enum {
    CONTEXT = 256,
    PROGRESS,
    SECRET,
    SSH,
    LOAD,
    PUSH,
    CACHE_FROM,
    CACHE_TO,
    PROVENANCE,
    SBOM
};

const struct cog_option cog_submission_options[] = {
    {'C', "directory", "DIR", "the project's folder (default: the current one)",
     COG_OPTION_TEXT, offsetof(struct cog_submission, offer.directory)},
    {'t', "tag", "NAME", "name the image so, instead of as the build says; repeatable",
     COG_OPTION_LIST, offsetof(struct cog_submission, tags)},
    {0, "default-tag", "NAME", "name the image so when nothing else does", COG_OPTION_TEXT,
     offsetof(struct cog_submission, default_tag)},
    {.kind = COG_OPTION_GROUP,
     .offset = offsetof(struct cog_submission, builder),
     .group = cog_builder_option_table},
    {'o', "output", "OUTPUT", "type=TYPE,dest=FILE,KEY=VALUE or a folder; repeatable"},
    {LOAD, "load", NULL, "load the image into the Docker Engine (type=docker)"},
    {PUSH, "push", NULL, "push the image to its registry (type=image,push=true)"},
    {CACHE_FROM, "cache-from", "CACHE", "type=TYPE,KEY=VALUE or an image; repeatable"},
    {CACHE_TO, "cache-to", "CACHE", "likewise, where the cache goes to; repeatable"},
    {PROVENANCE, "provenance", "[=ATTRS]", "attest how the image was built"},
    {SBOM, "sbom", "[=ATTRS]", "attest what the image holds"},
    {0, "iidfile", "FILE", "write the image's digest there", COG_OPTION_TEXT,
     offsetof(struct cog_submission, outputs.id_file)},
    {0, "metadata-file", "FILE", "write what the exporters tell there", COG_OPTION_TEXT,
     offsetof(struct cog_submission, outputs.metadata_file)},
    {0, "document", "FILE", "write the document there, not to stdout", COG_OPTION_TEXT,
     offsetof(struct cog_submission, outputs.document)},
    {PROGRESS, "progress", "MODE", "auto, tty, plain, rawjson or quiet (default)"},
    {0, "timings", NULL, "print what the time of each step was spent on", COG_OPTION_FLAG,
     offsetof(struct cog_submission, timings)},
    {SECRET, "secret", "SECRET", "id=ID,src=FILE, env=VARIABLE or fd=NUMBER; repeatable"},
    {CONTEXT, "context", "NAME=DIR", "the folder for a context; repeatable"},
    {SSH, "ssh", "ID[=SOCKET]", "an SSH agent (that of SSH_AUTH_SOCK); repeatable"},
    {0, "capabilities", NULL, "print what the engine can do, and build nothing",
     COG_OPTION_FLAG, offsetof(struct cog_submission, capabilities)},
    {0, "check", NULL, "only look whether options and names are right", COG_OPTION_FLAG,
     offsetof(struct cog_submission, check)},
    {0, "no-export", NULL, "build, but make no image of the result", COG_OPTION_FLAG,
     offsetof(struct cog_submission, outputs.nothing)},
    {0},
};

static int set_progress(struct cog_submission *submission, const char *value,
                        struct cog_diags *diags)
{
    submission->progress = cog_submit_progress_mode(value);
    if (submission->progress >= 0)
        return 0;
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                      "--progress takes auto, tty, plain, rawjson or quiet, not \"%s\"",
                      value);
}

int cog_submission_option(void *state, int letter, const char *value,
                          struct cog_diags *diags)
{
    struct cog_submission *submission = state;
    struct cog_outputs *outputs = &submission->outputs;

    switch (letter) {
    case 'o':
        return cog_outputs_add(outputs, value, "--output", diags);
    case LOAD:
        return cog_outputs_add(outputs, "type=docker", "--load", diags);
    case PUSH:
        return cog_outputs_add(outputs, "type=image,push=true", "--push", diags);
    case CACHE_FROM:
        return cog_outputs_add_cache(outputs->cache_from, value, "--cache-from", diags);
    case CACHE_TO:
        return cog_outputs_add_cache(outputs->cache_to, value, "--cache-to", diags);
    case PROVENANCE:
        return cog_outputs_attest(outputs, "provenance", value);
    case SBOM:
        return cog_outputs_attest(outputs, "sbom", value);
    case PROGRESS:
        return set_progress(submission, value, diags);
    case CONTEXT:
        return cog_submit_context(&submission->offer.folders, value, diags);
    case SSH:
        return cog_submit_agent(&submission->offer.agents, value, diags);
    case SECRET:
        return cog_submit_secret(&submission->offer.secrets, value, diags);
    default:
        return 0;
    }
}

int cog_submission_choose(const struct cog_submission *submission, const json_t *doc,
                          struct cog_builder *builder, struct cog_diags *diags)
{
    const char *base = cog_member_text(doc, "base");

    if (!doc)
        return cog_builder_choose(builder, &submission->builder, diags);
    return cog_fleet_choose(builder, &submission->builder,
                            base ? base : cog_member_text(doc, "digest"), diags);
}

int cog_submission_check(const struct cog_submission *submission, struct cog_diags *diags)
{
    struct cog_builders builders;
    int result = cog_builders_load(&builders, &submission->builder, diags);

    cog_builders_release(&builders);
    return result;
}

void cog_submission_init(struct cog_submission *submission)
{
    *submission = (struct cog_submission){.builder.addresses = json_array(),
                                          .offer.directory = ".",
                                          .progress = COG_PROGRESS_QUIET,
                                          .tags = json_array()};
    cog_outputs_init(&submission->outputs);
}

void cog_submission_release(struct cog_submission *submission)
{
    cog_build_inputs_release(&submission->inputs);
    json_decref(submission->builder.addresses);
    json_decref(submission->tags);
    cog_submit_inputs_release(&submission->offer);
    cog_outputs_release(&submission->outputs);
}
