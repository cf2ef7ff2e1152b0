/* submission.c - the options of cog-submit. */
#include "submit/submission.h"

#include "submit/progress.h"

enum {
    CONTEXT = 256,
    DEFAULT_TAG,
    NO_EXPORT,
    PROGRESS,
    TIMINGS,
    SECRET,
    SSH,
    TELL,
    LOAD,
    PUSH,
    CACHE_FROM,
    CACHE_TO,
    PROVENANCE,
    SBOM,
    ID_FILE,
    METADATA_FILE,
    DOCUMENT,
};

const struct cog_option cog_submission_options[] = {
    {'C', "directory", "DIR", "the project's folder (default: the current one)"},
    {'t', "tag", "NAME", "name the image so, instead of as the build says; repeatable"},
    {DEFAULT_TAG, "default-tag", "NAME", "name the image so when nothing else does"},
    COG_BUILDER_OPTIONS,
    {'o', "output", "OUTPUT", "type=TYPE,dest=FILE,KEY=VALUE or a folder; repeatable"},
    {LOAD, "load", NULL, "load the image into the Docker Engine (type=docker)"},
    {PUSH, "push", NULL, "push the image to its registry (type=image,push=true)"},
    {CACHE_FROM, "cache-from", "CACHE", "type=TYPE,KEY=VALUE or an image; repeatable"},
    {CACHE_TO, "cache-to", "CACHE", "likewise, where the cache goes to; repeatable"},
    {PROVENANCE, "provenance", "[=ATTRS]", "attest how the image was built"},
    {SBOM, "sbom", "[=ATTRS]", "attest what the image holds"},
    {ID_FILE, "iidfile", "FILE", "write the image's digest there"},
    {METADATA_FILE, "metadata-file", "FILE", "write what the exporters tell there"},
    {DOCUMENT, "document", "FILE", "write the document there, not to stdout"},
    {PROGRESS, "progress", "MODE", "auto, tty, plain, rawjson or quiet (default)"},
    {TIMINGS, "timings", NULL, "print what the time of each step was spent on"},
    {SECRET, "secret", "SECRET", "id=ID,src=FILE or id=ID,env=VARIABLE; repeatable"},
    {CONTEXT, "context", "NAME=DIR", "the folder for a context; repeatable"},
    {SSH, "ssh", "ID[=SOCKET]", "an SSH agent (that of SSH_AUTH_SOCK); repeatable"},
    {TELL, "capabilities", NULL, "print what the engine can do, and build nothing"},
    {NO_EXPORT, "no-export", NULL, "build, but make no image of the result"},
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

/* Where a text goes that is kept as it is; NULL: it is something else. */
static const char **text_of(struct cog_submission *submission, int letter)
{
    switch (letter) {
    case 'C':
        return &submission->offer.directory;
    case DEFAULT_TAG:
        return &submission->default_tag;
    case ID_FILE:
        return &submission->outputs.id_file;
    case METADATA_FILE:
        return &submission->outputs.metadata_file;
    case DOCUMENT:
        return &submission->outputs.document;
    default:
        return NULL;
    }
}

int cog_submission_option(void *state, int letter, const char *value,
                          struct cog_diags *diags)
{
    struct cog_submission *submission = state;
    struct cog_outputs *outputs = &submission->outputs;
    const char **text = text_of(submission, letter);

    if (text)
        *text = value;
    if (text || cog_builder_option(&submission->builder, letter, value))
        return 0;
    switch (letter) {
    case NO_EXPORT:
        outputs->nothing = true;
        return 0;
    case TELL:
        submission->capabilities = true;
        return 0;
    case TIMINGS:
        submission->timings = true;
        return 0;
    case 't':
        return json_array_append_new(submission->tags, json_string(value));
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

void cog_submission_init(struct cog_submission *submission)
{
    *submission = (struct cog_submission){
        .offer.directory = ".", .progress = COG_PROGRESS_QUIET, .tags = json_array()};
    cog_outputs_init(&submission->outputs);
}

void cog_submission_release(struct cog_submission *submission)
{
    cog_build_inputs_release(&submission->inputs);
    json_decref(submission->tags);
    cog_submit_inputs_release(&submission->offer);
    cog_outputs_release(&submission->outputs);
}
