/* cog-submit.c - has an engine build a build document. */
#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/capabilities.h"
#include "buildkit/document.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "cli/provision.h"
#include "cli/proxies.h"
#include "cli/screen.h"
#include "schema/schema.h"

struct request {
    const char *builder, *default_tag;
    int progress; /* enum cog_progress_mode */
    json_t *tags; /* none: those of the document */
    bool no_export, capabilities;
    struct cog_offer offer;
    struct cog_inputs inputs;
};

enum { BUILDER = 256, CONTEXT, DEFAULT_TAG, NO_EXPORT, PROGRESS, SECRET, SSH, TELL };

static const struct cog_option options[] = {
    {'C', "directory", "DIR", "the project's folder (default: the current one)"},
    {'t', "tag", "NAME", "name the image so, instead of as the build says; repeatable"},
    {DEFAULT_TAG, "default-tag", "NAME", "name the image so when nothing else does"},
    {BUILDER, "builder", "URL", "the engine: unix://PATH, tcp://HOST:PORT or docker"},
    {PROGRESS, "progress", "MODE", "auto, tty, plain, rawjson or quiet (default)"},
    {SECRET, "secret", "SECRET", "id=ID,src=FILE or id=ID,env=VARIABLE; repeatable"},
    {CONTEXT, "context", "NAME=DIR", "the folder for a context; repeatable"},
    {SSH, "ssh", "ID[=SOCKET]", "an SSH agent (that of SSH_AUTH_SOCK); repeatable"},
    {TELL, "capabilities", NULL, "print what the engine can do, and build nothing"},
    {NO_EXPORT, "no-export", NULL, "build, but make no image of the result"},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;
    int result = 0;

    if (letter == 'C')
        request->offer.directory = value;
    if (letter == 't')
        json_array_append_new(request->tags, json_string(value));
    if (letter == BUILDER)
        request->builder = value;
    if (letter == DEFAULT_TAG)
        request->default_tag = value;
    if (letter == PROGRESS)
        request->progress = cog_screen_mode(value);
    request->no_export |= letter == NO_EXPORT;
    request->capabilities |= letter == TELL;
    if (request->progress < 0)
        result = cog_report(
            diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
            "--progress takes auto, tty, plain, rawjson or quiet, not \"%s\"", value);
    if (letter == CONTEXT)
        result = cog_provision_context(&request->offer.folders, value, diags);
    if (letter == SSH)
        result = cog_provision_agent(&request->offer.agents, value, diags);
    if (letter == SECRET)
        result = cog_provision_secret(&request->offer.secrets, value, diags);
    return result;
}

static int submit(struct request *request, const json_t *doc, json_t *tags,
                  const struct cog_builder *builder, struct cog_output *out,
                  struct cog_diags *diags)
{
    json_auto_t *proxies = cog_proxies();
    auto_free char *shared_key = cog_inputs_shared_key(request->offer.directory);
    struct cog_build_request build = {.export = !request->no_export,
                                      .tags = tags,
                                      .shared_key = shared_key,
                                      .proxies = proxies};
    struct cog_session session = cog_inputs_session(&request->inputs);
    struct cog_built built = {0};
    auto_free void *definition = cog_build_request_load(&build, doc, diags);

    if (!definition)
        return -1;
    struct cog_screen screen = cog_screen_open(request->progress, diags);
    int result =
        cog_build_run(&build, builder, &session, cog_screen_update, &screen, &built, diags);
    cog_screen_close(&screen);
    if (result == 0)
        out->doc = cog_image_document(doc, tags, &built);
    cog_built_release(&built);
    return result;
}

static bool reads(const void *state)
{
    return !((const struct request *)state)->capabilities;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *request = state;
    auto_free char *config_dir = cog_environment_docker_config();
    struct cog_endpoint_choice choice =
        cog_environment_endpoint(request->builder, config_dir);
    struct cog_endpoint endpoint = {0};

    if (in->doc && cog_schema_check_doc(in->doc, diags) < 0)
        return -1;
    json_auto_t *tags = cog_provision_tags(request->tags, json_object_get(in->doc, "tags"),
                                           request->default_tag, diags);
    int result =
        tags ? cog_provision(&request->inputs, in->doc, &request->offer, diags) : -1;
    if (result == 0)
        result = cog_endpoint_choose(&endpoint, &choice, diags);
    if (result == 0) {
        auto_free char *name = cog_printf("%s (%s)", endpoint.name, endpoint.origin);
        const struct cog_builder builder = {endpoint.socket, endpoint.url, name};
        result = in->doc ? submit(request, in->doc, tags, &builder, out, diags)
                         : cog_capabilities_ask(&builder, &out->doc, diags);
    }
    cog_endpoint_release(&endpoint);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-submit",
        .purpose = "Has an engine build a build document, and names the image.",
        .read = "cog/build-1",
        .write = "cog/image-1",
        .options = options,
        .option = option,
        .reads = reads,
        .run = run,
    };
    struct request request = {
        .offer.directory = ".", .progress = COG_PROGRESS_QUIET, .tags = json_array()};
    int status = cog_main(&program, &request, argc, argv);
    cog_inputs_release(&request.inputs);
    json_decref(request.tags);
    cog_offer_release(&request.offer);
    return status;
}
