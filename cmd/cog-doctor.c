/* cog-doctor.c - tells what is wrong with a project, or could be better. */
#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "cli/program.h"
#include "doctor/doctor.h"
#include "schema/schema.h"

struct request {
    const char *root, *messages, *today, *capability, *driver, *plan;
    bool messages_only, fix, text;
    char now[sizeof "2026-11-29"];
};

static const struct cog_option options[] = {
    {'C', "directory", "DIR", "the project's folder (default: the current one)",
     COG_OPTION_TEXT, offsetof(struct request, root)},
    {0, "compute-capability", "VERSION", "of NVIDIA's GPU on this machine", COG_OPTION_TEXT,
     offsetof(struct request, capability)},
    {0, "driver", "VERSION", "NVIDIA's driver on this machine", COG_OPTION_TEXT,
     offsetof(struct request, driver)},
    {0, "fix", NULL, "make the edits that are safe, and print them as a diff",
     COG_OPTION_FLAG, offsetof(struct request, fix)},
    {'m', "messages", "FILE", "what other programs said on standard error", COG_OPTION_TEXT,
     offsetof(struct request, messages)},
    {0, "messages-only", NULL, "read no project, only --messages", COG_OPTION_FLAG,
     offsetof(struct request, messages_only)},
    {0, "plan", "FILE", "the plan, a cog/plan-1, which is looked at, too", COG_OPTION_TEXT,
     offsetof(struct request, plan)},
    {0, "text", NULL, "tell people on standard error; the status is 1 after an error",
     COG_OPTION_FLAG, offsetof(struct request, text)},
    {0, "today", "DATE", "what is today, as 2026-11-29", COG_OPTION_TEXT,
     offsetof(struct request, today)},
    {0},
};

static const char *contradiction(const void *state)
{
    const struct request *request = state;

    return request->today && strlen(request->today) != sizeof request->now - 1
               ? "--today takes a date, as 2026-11-29"
               : NULL;
}

static bool reads(const void *state)
{
    return !((const struct request *)state)->messages_only;
}

/* Adds what is found to `findings`; `doc` is NULL when there is no project. */
static int examine(const struct request *request, json_t *doc, json_t *findings,
                   struct cog_diags *diags)
{
    struct cog_project project;
    struct cog_checkup checkup = {.project = doc ? &project : NULL,
                                  .root = request->root,
                                  .today = request->today,
                                  .driver = request->driver,
                                  .capability = request->capability,
                                  .findings = findings};
    int result = 0;
    if (doc && cog_schema_check_doc(doc, diags) < 0)
        return -1;
    if (doc) {
        cog_project_load(&project, doc);
        cog_check_facts(&checkup);
        result = cog_check_context(&checkup, diags);
        result |= request->plan ? cog_check_plan(&checkup, request->plan, diags) : 0;
    }
    cog_findings_fix(&checkup);
    if (doc)
        cog_project_release(&project);
    return result;
}

static int add_messages(const struct request *request, json_t *findings,
                        struct cog_diags *diags)
{
    size_t size;

    if (!request->messages)
        return 0;
    auto_free char *text =
        cog_read_operand(request->messages, COG_DOC_MAX_BYTES, &size, diags);
    if (text)
        cog_findings_messages(findings, text);
    return text ? 0 : -1;
}

/* Prints them for people. Returns the exit status, which an error makes 1. */
static int tell(const json_t *findings, struct cog_diags *diags)
{
    const json_t *first = json_object_get(json_array_get(findings, 0), "severity");
    auto_free char *text = cog_findings_text(findings);

    cog_diags_text(diags, text, strlen(text));
    return first && strcmp(json_string_value(first), "error") == 0 ? COG_EXIT_REFUSED : 0;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *request = state;
    json_auto_t *findings = json_array();
    time_t now = time(NULL);
    struct tm day;

    if (!request->today &&
        strftime(request->now, sizeof request->now, "%Y-%m-%d", gmtime_r(&now, &day)))
        request->today = request->now;
    if (add_messages(request, findings, diags) < 0 ||
        examine(request, in->doc, findings, diags) < 0)
        return -1;
    cog_findings_sort(findings);
    if (request->text)
        return tell(findings, diags);
    if (request->fix)
        out->bytes = cog_findings_apply(findings, request->root, diags);
    else
        out->doc =
            json_pack("{s:s, s:O}", "schema", "cog/findings-1", "findings", findings);
    out->size = out->bytes ? strlen(out->bytes) : 0;
    return out->bytes || out->doc ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-doctor",
        .purpose = "Tells what is wrong with a project, or could be better.",
        .read = "cog/project-1",
        .write = "cog/findings-1",
        .options = options,
        .contradiction = contradiction,
        .reads = reads,
        .run = run,
    };
    struct request request = {.root = "."};
    return cog_main(&program, &request, argc, argv);
}
