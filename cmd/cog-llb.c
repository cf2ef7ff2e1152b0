/* cog-llb.c - lowers a resolved plan to BuildKit's LLB. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "cli/program.h"
#include "llb/document.h"
#include "llb/dump.h"
#include "llb/lower.h"
#include "model/engine.h"
#include "model/plan.h"

struct request {
    struct cog_lower_options lower;
    const char *engine;                          /* name of a file, or NULL */
    char created[sizeof "1970-01-01T00:00:00Z"]; /* "": the engine says when */
    json_int_t epoch;                            /* likewise, in seconds since 1970 */
    int write; /* the letter of the option; 0: the build document */
};

static const struct cog_option options[] = {
    {'r', "raw", NULL, "write the protobuf itself, for buildctl build"},
    {'d', "dot", NULL, "write the graph in Graphviz's language"},
    {'D', "digest", NULL, "write only the digest of the definition"},
    {'j', "json", NULL, "write the operations as JSON, for reading"},
    {'s', "stats", NULL, "write how many operations of which kind there are"},
    {'n', "no-cache", "[=STAGE]", "every step runs again, or those of STAGE; repeatable"},
    {'e', "engine", "FILE", "lower for the engine that the document in FILE tells of",
     COG_OPTION_TEXT, offsetof(struct request, engine)},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)diags;
    if (letter == 'n' && value)
        json_object_set_new(request->lower.no_cache_stages, value, json_true());
    else if (letter == 'n')
        request->lower.no_cache = true;
    else
        request->write = letter;
    return 0;
}

/* The text of a form for reading; the caller frees it. */
static char *dump(int form, const struct cog_graph *graph, const void *bytes, size_t size)
{
    if (form == 'd')
        return cog_dump_dot(graph);
    if (form == 'D') {
        auto_free char *digest = cog_sha256(bytes, size);
        return cog_printf("%s\n", digest);
    }
    json_auto_t *json = form == 'j' ? cog_dump_json(graph) : cog_dump_stats(graph);
    return form == 'j' ? cog_doc_pretty(json) : cog_doc_text(json);
}

static void write_lowered(const struct request *request, const struct cog_plan *plan,
                          const struct cog_lowered *lowered, const struct cog_input *in,
                          struct cog_output *out)
{
    size_t size;

    if (!request->write) {
        out->doc = cog_lowered_document(plan, lowered, in->bytes, in->size,
                                        *request->created ? request->created : NULL);
        if (*request->created)
            json_object_set_new(out->doc, "epoch", json_integer(request->epoch));
        return;
    }
    auto_free unsigned char *bytes =
        cog_graph_definition(lowered->graph, lowered->state.digest, &size);
    if (request->write == 'r') {
        out->bytes = (char *)bytes;
        out->size = size;
        bytes = NULL;
    } else {
        out->bytes = dump(request->write, lowered->graph, bytes, size);
        out->size = strlen(out->bytes);
    }
}

/* SOURCE_DATE_EPOCH, seconds since 1970 (reproducible-builds.org), as RFC 3339. */
static int set_created(struct request *request, struct cog_diags *diags)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    struct tm tm;

    if (!text || !*text)
        return 0;
    time_t seconds = (time_t)strtoll(text, NULL, 10);
    request->epoch = seconds;
    if (strlen(text) > 11 || text[strspn(text, "0123456789")] || !gmtime_r(&seconds, &tm) ||
        !strftime(request->created, sizeof request->created, "%Y-%m-%dT%H:%M:%SZ", &tm))
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "llb.epoch",
                          "SOURCE_DATE_EPOCH is \"%s\"; it must be seconds since 1970, at "
                          "most until the year 9999",
                          text);
    return 0;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *request = state;
    struct cog_plan plan;
    struct cog_lowered lowered;

    if (request->engine)
        request->lower.engine = cog_engine_load(request->engine, diags);
    if (request->engine && !request->lower.engine)
        return -1;
    if (set_created(request, diags) < 0 || cog_plan_load(&plan, in->doc, diags) < 0)
        return -1;
    int result = cog_lower(&lowered, &plan, &request->lower, diags);
    if (result == 0) {
        write_lowered(request, &plan, &lowered, in, out);
        cog_lowered_release(&lowered);
    }
    cog_plan_release(&plan);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-llb",
        .purpose = "Lowers a resolved plan to BuildKit's LLB.",
        .read = "cog/plan-1",
        .write = "cog/build-1",
        .options = options,
        .option = option,
        .run = run,
    };
    struct request request = {.lower.no_cache_stages = json_object()};
    int status = cog_main(&program, &request, argc, argv);
    json_decref(request.lower.no_cache_stages);
    json_decref(request.lower.engine);
    return status;
}
