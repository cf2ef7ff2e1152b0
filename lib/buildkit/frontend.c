/* frontend.c - what cog does as its own frontend: calls to LLBBridge during a build. */
#include "buildkit/frontend.h"

#include <string.h>

#include "base/auto.h"
#include "buildkit/export.h"
#include "buildkit/solve.h"

enum { TICK = 100 }; /* milliseconds between two turns of the clock */

int cog_building_step(struct cog_building *build)
{
    cog_client_step(&build->client, TICK);
    if (build->progress)
        build->progress(build->data, NULL);
    bool over =
        build->client.interrupts || cog_client_lost(&build->client) || build->diags->errors;
    return over ? -1 : 0;
}

#define BRIDGE(method) "/moby.buildkit.v1.frontend.LLBBridge/" method

/* A call to LLBBridge. Returns 0 with the reply in `unary`, or -1: with a status that is
 * not OK it was refused, else it was not waited for. Released by the caller in any case. */
static int ask(struct cog_building *build, struct cog_unary *unary, const char *method,
               const ProtobufCMessage *request, const ProtobufCMessageDescriptor *expects)
{
    const struct cog_metadata metadata[] = {{"buildkit-controlapi-buildid", build->ref},
                                            {0}};

    cog_unary_start(unary, build->client.control.connection, method, metadata, request,
                    expects);
    while (!unary->done && !build->solve.done) {
        if (cog_building_step(build) < 0)
            return -1;
    }
    return unary->reply ? 0 : -1;
}

int cog_frontend_ping(struct cog_building *build, struct cog_unary *unary)
{
    Buildkit__Empty request = BUILDKIT__EMPTY__INIT;

    return ask(build, unary, BRIDGE("Ping"), &request.base, &buildkit__empty__descriptor);
}

int cog_frontend_evaluate(struct cog_building *build, struct cog_unary *unary)
{
    Buildkit__GatewaySolveRequest request = BUILDKIT__GATEWAY_SOLVE_REQUEST__INIT;
    struct cog_solve solve;

    request.definition.data = build->definition;
    request.definition.len = build->definition_size;
    request.allow_result_return = request.allow_result_array_ref = request.evaluate = true;
    cog_solve_init(&solve);
    request.cache_imports =
        cog_solve_cache_list(&solve, build->request->cache_from, &request.n_cache_imports);
    int result = ask(build, unary, BRIDGE("Solve"), &request.base,
                     &buildkit__gateway_solve_response__descriptor);
    cog_solve_release(&solve);
    return result;
}

/* The name of the result; NULL: it is empty. Borrowed from the reply. */
char *cog_frontend_result(const struct cog_unary *unary)
{
    const Buildkit__GatewaySolveResponse *reply = (const void *)unary->reply;

    if (!reply->result)
        return *reply->ref ? reply->ref : NULL;
    if (reply->result->result_case == BUILDKIT__RESULT__RESULT_REF)
        return reply->result->ref->id;
    return reply->result->result_case == BUILDKIT__RESULT__RESULT_REF_DEPRECATED
               ? reply->result->ref_deprecated
               : NULL;
}

/* Sets the label to the content of the file. */
static int take_label(struct cog_building *build, const struct cog_unary *unary,
                      const char *label, const char *path, json_t *config)
{
    const Buildkit__ReadFileResponse *reply = (const void *)unary->reply;
    const char *text = (const char *)reply->data.data;
    size_t size = reply->data.len;

    if (size > COG_BUILD_MAX_LABEL)
        return cog_report(build->diags, COG_ERROR, (struct cog_pos){0}, "build.label-file",
                          "%s, for the label %s, is larger than %d bytes", path, label,
                          COG_BUILD_MAX_LABEL);
    if (size > 0 && text[size - 1] == '\n')
        size--;
    json_t *value = size ? json_stringn(text, size) : json_string("");
    if (!value)
        return cog_report(build->diags, COG_ERROR, (struct cog_pos){0}, "build.label-file",
                          "%s, for the label %s, is not UTF-8", path, label);
    cog_config_label(config, label, value);
    return 0;
}

/* Reads one file of the result into a label. */
static int read_label(struct cog_building *build, char *ref, const char *label,
                      const char *path, json_t *config)
{
    Buildkit__ReadFileRequest request = BUILDKIT__READ_FILE_REQUEST__INIT;
    struct cog_unary unary;

    request.ref = ref;
    request.path = (char *)path;
    int result = ask(build, &unary, BRIDGE("ReadFile"), &request.base,
                     &buildkit__read_file_response__descriptor);
    if (result == 0)
        result = take_label(build, &unary, label, path, config);
    else if (unary.done && strstr(unary.status.message, "no such file or directory"))
        cog_report(build->diags, COG_ERROR, (struct cog_pos){0}, "build.label-file",
                   "the build made no file %s, for the label %s", path, label);
    else if (unary.done)
        cog_report(build->diags, COG_FAILURE, (struct cog_pos){0}, "engine.build",
                   "cannot read %s: %s", path, unary.status.message);
    cog_unary_release(&unary);
    return result;
}

int cog_frontend_read_labels(struct cog_building *build, char *ref, json_t *config)
{
    const char *label;
    json_t *path;

    json_object_foreach((json_t *)build->request->label_files, label, path) {
        if (read_label(build, ref, label, json_string_value(path), config) < 0)
            return -1;
    }
    return 0;
}

/* Gives the result back with its config, for the engine to export. */
int cog_frontend_return(struct cog_building *build, struct cog_unary *unary, char *ref,
                        const json_t *config)
{
    auto_free char *text = json_dumps(config, JSON_COMPACT | JSON_SORT_KEYS);
    Buildkit__ReturnRequest request = BUILDKIT__RETURN_REQUEST__INIT;
    Buildkit__Result result = BUILDKIT__RESULT__INIT;
    Buildkit__Ref result_name = BUILDKIT__REF__INIT;
    Buildkit__Result__MetadataEntry entry = BUILDKIT__RESULT__METADATA_ENTRY__INIT;
    Buildkit__Result__MetadataEntry *entries[] = {&entry};

    entry.key = (char *)"containerimage.config";
    entry.value.data = (uint8_t *)text;
    entry.value.len = strlen(text);
    result_name.id = ref;
    result.result_case = BUILDKIT__RESULT__RESULT_REF;
    result.ref = &result_name;
    result.n_metadata = 1;
    result.metadata = entries;
    request.result = &result;
    int asked =
        ask(build, unary, BRIDGE("Return"), &request.base, &buildkit__empty__descriptor);
    return build->solve.reply ? 0 : asked; /* the build may end before Return is answered */
}
