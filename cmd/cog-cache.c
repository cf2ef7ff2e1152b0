/* cog-cache.c - tells what a builder keeps in its cache, and has it removed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buildkit/cache.h"
#include "cli/builder.h"
#include "cli/program.h"

struct request {
    struct cog_builder_options builder;
    struct cog_cache_request cache;
    bool chosen; /* du or prune is given */
    json_t *filters;
};

enum { KEEP = 256, SINCE };
enum { MAX_NUMBER = 1000000 }; /* of GB, or of hours: a hundred years */

static const struct cog_option options[] = {
    {.kind = COG_OPTION_GROUP,
     .offset = offsetof(struct request, builder),
     .group = cog_builder_option_table},
    {0, "filter", "FILTER", "only such records, as type==regular; repeatable",
     COG_OPTION_LIST, offsetof(struct request, filters)},
    {0, "all", NULL, "prune: also what the builder's own images need", COG_OPTION_FLAG,
     offsetof(struct request, cache.all)},
    {KEEP, "keep-storage", "GB", "prune: keep so much of what was used last"},
    {SINCE, "keep-duration", "HOURS", "prune: keep what was used in the last hours"},
    {0},
};

static const struct cog_pos nowhere = {0};

static int take_number(int64_t *number, const char *value, int64_t unit,
                       struct cog_diags *diags)
{
    char *end;

    errno = 0;
    *number = strtoll(value, &end, 10);
    if (errno || end == value || *end || *number < 0 || *number > MAX_NUMBER)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "\"%s\" is not a number from 0 to %d", value, MAX_NUMBER);
    *number *= unit;
    return 0;
}

static int operand(struct request *request, const char *value, struct cog_diags *diags)
{
    request->cache.prune = strcmp(value, "prune") == 0;
    if (request->chosen || (!request->cache.prune && strcmp(value, "du") != 0))
        return cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                          "it takes du or prune, not \"%s\"", value);
    request->chosen = true;
    return 0;
}

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    switch (letter) {
    case 0:
        return operand(request, value, diags);
    case KEEP:
        return take_number(&request->cache.keep_bytes, value, 1000000000, diags);
    case SINCE:
        return take_number(&request->cache.keep_seconds, value, 3600, diags);
    default:
        return 0;
    }
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *request = state;
    struct cog_builder builder;

    (void)in;
    request->cache.filters = request->filters;
    int result = cog_builder_choose(&builder, &request->builder, diags);
    if (result == 0)
        result = cog_cache_ask(&builder, &request->cache, &out->doc, diags);
    cog_builder_release(&builder);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-cache",
        .purpose = "Tells what a builder keeps in its cache, or has it removed.",
        .write = "cog/cache-1",
        .operands = "[du | prune]",
        .options = options,
        .option = option,
        .run = run,
    };
    struct request request = {.builder.addresses = json_array(), .filters = json_array()};
    int status = cog_main(&program, &request, argc, argv);
    json_decref(request.builder.addresses);
    json_decref(request.filters);
    return status;
}
