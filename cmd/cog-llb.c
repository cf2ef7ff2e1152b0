/* cog-llb.c - lowers a resolved plan to BuildKit's LLB. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "cli/program.h"
#include "llb/image.h"
#include "llb/lower.h"
#include "model/plan.h"

struct request {
    struct cog_lower_options lower;
    enum { WRITE_BUILD, WRITE_RAW, WRITE_DOT, WRITE_DIGEST } write;
};

static const struct cog_option options[] = {
    {'r', "raw", NULL, "write the protobuf itself, for buildctl build"},
    {'d', "dot", NULL, "write the graph in Graphviz's language"},
    {'D', "digest", NULL, "write only the digest of the definition"},
    {'n', "no-cache", NULL, "every step runs again"},
    {0},
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)value;
    (void)diags;
    if (letter == 'r')
        request->write = WRITE_RAW;
    else if (letter == 'd')
        request->write = WRITE_DOT;
    else if (letter == 'D')
        request->write = WRITE_DIGEST;
    else
        request->lower.no_cache = true;
    return 0;
}

static json_t *secrets_of(const json_t *secrets)
{
    json_t *list = json_array(), *required;
    const char *id;

    json_object_foreach((json_t *)secrets, id, required) {
        json_array_append_new(list,
                              json_pack("{s:s, s:O}", "id", id, "required", required));
    }
    return list;
}

static json_t *names_of(const json_t *object)
{
    json_t *list = json_array(), *value;
    const char *name;

    json_object_foreach((json_t *)object, name, value) {
        json_array_append_new(list, json_string(name));
    }
    return list;
}

static json_t *object_or_empty(const json_t *object)
{
    return object ? json_incref((json_t *)object) : json_object();
}

static json_t *build_document(const struct cog_plan *plan,
                              const struct cog_lowered *lowered, const struct cog_input *in,
                              const void *bytes, size_t size)
{
    auto_free char *definition = cog_base64(bytes, size);
    auto_free char *digest = cog_sha256(bytes, size);
    auto_free char *plan_digest = cog_sha256(in->bytes, in->size);

    return json_pack(
        "{s:s, s:O, s:s, s:s, s:s, s:o, s:O, s:o, s:o, s:o, s:o, s:o, s:O}", "schema",
        "cog/build-1", "platform", json_object_get(in->doc, "platform"), "definition",
        definition, "digest", digest, "plan", plan_digest, "tags",
        plan->tags ? json_incref((json_t *)plan->tags) : json_array(), "contexts",
        lowered->contexts, "secrets", secrets_of(lowered->secrets), "images",
        names_of(lowered->images), "image", cog_lowered_config(plan, &lowered->state),
        "label_files", object_or_empty(plan->label_files), "vertices",
        cog_graph_vertices(lowered->graph), "source", json_object_get(in->doc, "source"));
}

static void write_lowered(const struct request *request, const struct cog_plan *plan,
                          const struct cog_lowered *lowered, const struct cog_input *in,
                          struct cog_output *out)
{
    size_t size;
    auto_free unsigned char *bytes =
        cog_graph_definition(lowered->graph, lowered->state.digest, &size);

    if (request->write == WRITE_RAW) {
        out->bytes = (char *)bytes;
        out->size = size;
        bytes = NULL;
    } else if (request->write == WRITE_DOT) {
        out->bytes = cog_graph_dot(lowered->graph);
        out->size = strlen(out->bytes);
    } else if (request->write == WRITE_DIGEST) {
        auto_free char *digest = cog_sha256(bytes, size);
        out->bytes = cog_printf("%s\n", digest);
        out->size = strlen(out->bytes);
    } else {
        out->doc = build_document(plan, lowered, in, bytes, size);
    }
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_plan plan;
    struct cog_lowered lowered;

    if (cog_plan_load(&plan, in->doc, diags) < 0)
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
    struct request request = {0};
    return cog_main(&program, &request, argc, argv);
}
