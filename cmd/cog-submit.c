/* cog-submit.c - has an engine build a build document. */
#include "base/auto.h"
#include "buildkit/capabilities.h"
#include "buildkit/document.h"
#include "cli/program.h"
#include "schema/schema.h"
#include "submit/progress.h"
#include "submit/proxies.h"
#include "submit/push_check.h"
#include "submit/submission.h"
#include "submit/transfer.h"

/* Has it built, and does with the result what is left to this machine. */
static int build(struct cog_submission *submission, const struct cog_build_request *request,
                 const struct cog_builder *builder, struct cog_built *built,
                 struct cog_diags *diags)
{
    struct cog_session session = cog_build_inputs_session(&submission->inputs);
    int result = cog_outputs_open(&submission->outputs, &session, diags);

    if (result < 0)
        return -1;
    struct cog_submit_progress screen =
        cog_submit_progress_open(submission->progress, "Building", diags);
    result = cog_build_run(request, builder, &session, cog_submit_progress_update, &screen,
                           built, diags);
    bool complete = result == 0;
    if (complete)
        result = cog_push_built(built, builder, cog_submit_progress_update, &screen, diags);
    cog_submit_progress_close(&screen);
    if (complete)
        cog_submit_progress_summarize(&screen, built, submission->timings, builder);
    if (result == 0)
        result = cog_outputs_finish(&submission->outputs, built, diags);
    return result;
}

static int submit(struct cog_submission *submission, const json_t *doc, json_t *tags,
                  const struct cog_builder *builder, struct cog_output *out,
                  struct cog_diags *diags)
{
    const struct cog_outputs *outputs = &submission->outputs;
    json_auto_t *proxies = cog_proxies();
    json_auto_t *pushed = cog_outputs_pushed(outputs, tags);
    auto_free char *shared_key = cog_build_inputs_shared_key(submission->offer.directory);
    struct cog_build_request request = {
        .export = !outputs->nothing || json_array_size(outputs->list),
        .outputs = outputs->list,
        .cache_from = outputs->cache_from,
        .cache_to = outputs->cache_to,
        .attestations = outputs->attestations,
        .tags = tags,
        .shared_key = shared_key,
        .proxies = proxies,
        .push = cog_outputs_push(outputs),
    };
    struct cog_built built = {0};
    auto_free void *definition = cog_build_request_load(&request, doc, diags);

    if (!definition)
        return -1;
    int result = cog_push_check(&submission->inputs, pushed, diags);
    if (result == 0)
        result = build(submission, &request, builder, &built, diags);
    if (result == 0) {
        out->doc = cog_image_document(doc, tags, &built);
        json_object_set_new(out->doc, "builder", json_string(builder->address));
    }
    cog_built_release(&built);
    return result;
}

/* The document goes to a file, or has given way to an output. */
static int divert(const struct cog_outputs *outputs, struct cog_output *out,
                  struct cog_diags *diags)
{
    int result = outputs->document
                     ? cog_outputs_write_document(outputs->document, out->doc, diags)
                     : 0;

    if (outputs->document || cog_outputs_use_stdout(outputs)) {
        json_decref(out->doc);
        out->doc = NULL;
    }
    return result;
}

static bool reads(const void *state)
{
    const struct cog_submission *submission = state;

    return !submission->capabilities && !submission->check;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct cog_submission *submission = state;
    struct cog_builder builder = {0};
    json_auto_t *images = json_array();

    if (in->doc && cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    json_auto_t *tags = cog_submit_tags(submission->tags, json_object_get(in->doc, "tags"),
                                        submission->default_tag,
                                        cog_outputs_push(&submission->outputs), diags);
    if (!tags)
        return -1;
    if (submission->check)
        return cog_submission_check(submission, diags);
    (void)json_array_extend(images, json_object_get(in->doc, "images"));
    cog_outputs_images(&submission->outputs, tags, images);
    int result = cog_submit_inputs_add(&submission->inputs, in->doc, images,
                                       &submission->offer, diags);
    if (result == 0)
        result = cog_submission_choose(submission, in->doc, &builder, diags);
    if (result == 0)
        result = in->doc ? submit(submission, in->doc, tags, &builder, out, diags)
                         : cog_capabilities_ask(&builder, &out->doc, diags);
    if (result == 0)
        result = divert(&submission->outputs, out, diags);
    cog_builder_release(&builder);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-submit",
        .purpose = "Has an engine build a build document, and names the image.",
        .read = "cog/build-1",
        .write = "cog/image-1",
        .options = cog_submission_options,
        .option = cog_submission_option,
        .reads = reads,
        .run = run,
    };
    struct cog_submission submission;
    cog_submission_init(&submission);
    int status = cog_main(&program, &submission, argc, argv);
    cog_submission_release(&submission);
    return status;
}
