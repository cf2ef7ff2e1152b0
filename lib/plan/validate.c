/* validate.c - the rules of a plan that no schema can say: how its parts hang together. */
#include "plan/validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "model/reference.h"
#include "plan/phase.h"
#include "plan/rules.h"
#include "schema/schema.h"

enum { MAX_STAGES = 10000, MAX_OPERATIONS = 100000 };

static void check_stage(struct cog_rules *r, const char *pointer, const char *id,
                        size_t limit)
{
    const json_t *known = json_object_get(r->stages, id);
    size_t index = (size_t)json_integer_value(known);

    if (!known)
        cog_rules_complain(r, COG_ERROR, pointer, "plan.stage", id,
                           "is not a stage of this plan");
    else if (index >= limit)
        cog_rules_complain(r, COG_ERROR, pointer, "plan.stage", id,
                           "does not stand before this stage");
    else
        r->used[index] = true;
}

static void check_image(struct cog_rules *r, const char *pointer, const char *name)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, name, &reason) < 0)
        cog_rules_complain(r, COG_ERROR, pointer, "plan.image", name, reason);
    else
        cog_reference_release(&reference);
}

/* Documents hold no secrets. Of a URL, without telling it again. */
static void check_password(struct cog_rules *r, const char *pointer, const char *url)
{
    const char *host = strstr(url, "://"), *user = host ? host + 3 : url;
    size_t length = strcspn(user, "/@");

    if (host && user[length] == '@' && memchr(user, ':', length))
        r->result = cog_report(r->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                               "plan.password",
                               "%s: the URL has a password in it; a build can be given the "
                               "secret GIT_AUTH_TOKEN, or any that a command asks for",
                               pointer);
}

static void check_context(struct cog_rules *r, const char *pointer, const char *name)
{
    if (!json_object_get(r->plan->contexts, name))
        cog_rules_complain(r, COG_ERROR, pointer, "plan.context", name,
                           "is not a context of this plan");
    json_object_set_new(r->contexts, name, json_true());
}

static void check_url(struct cog_rules *r, const char *pointer,
                      const struct cog_plan_input *input)
{
    check_password(r, pointer, input->name);
    if (!input->url.checksum)
        cog_rules_complain(r, COG_WARNING, pointer, "plan.url", input->name,
                           "has no checksum; what it gives may change");
}

/* A commit's name is that of its content; BuildKit takes whole ones of SHA-1 as such. */
static void check_git(struct cog_rules *r, const char *pointer,
                      const struct cog_plan_input *input)
{
    const char *ref = input->git.ref ? input->git.ref : "";
    auto_free char *subdir =
        input->git.subdir ? cog_path_inside("", input->git.subdir) : NULL;

    check_password(r, pointer, input->name);
    if (input->git.ref && (strlen(ref) != 40 || strspn(ref, "0123456789abcdef") != 40))
        cog_rules_complain(r, COG_WARNING, pointer, "plan.git", ref,
                           "is not a commit of 40 digits; what it refers to may change");
    if (input->git.subdir && !subdir)
        cog_rules_complain(r, COG_ERROR, pointer, "plan.context", input->git.subdir,
                           "leaves the repository");
}

static void check_input(void *context, const struct cog_plan_input *input, size_t stage,
                        const char *pointer)
{
    struct cog_rules *r = context;

    if (!input->name) /* scratch, or none: plan.input */
        return;
    if (input->kind == COG_INPUT_IMAGE)
        check_image(r, pointer, input->name);
    else if (input->kind == COG_INPUT_STAGE)
        check_stage(r, pointer, input->name, stage);
    else if (input->kind == COG_INPUT_LOCAL)
        check_context(r, pointer, input->name);
    else if (input->kind == COG_INPUT_URL)
        check_url(r, pointer, input);
    else if (input->kind == COG_INPUT_GIT)
        check_git(r, pointer, input);
}

static void check_ids(struct cog_rules *r)
{
    for (size_t i = 0; i < r->plan->stage_count; i++) {
        const char *id = r->plan->stages[i].id;
        if (!json_object_get(r->stages, id)) {
            json_object_set_new(r->stages, id, json_integer((json_int_t)i));
            continue;
        }
        auto_free char *pointer = cog_printf("/stages/%zu/id", i);
        cog_rules_complain(r, COG_ERROR, pointer, "plan.id", id,
                           "is the id of an earlier stage");
    }
}

static void check_phases(struct cog_rules *r)
{
    enum cog_phase latest = COG_PHASE_BASE;

    for (size_t i = 0; i < r->plan->stage_count; i++) {
        const char *name = r->plan->stages[i].phase;
        enum cog_phase phase = name ? cog_phase_of(name) : latest;
        if (phase >= latest) {
            latest = phase;
            continue;
        }
        auto_free char *pointer = cog_printf("/stages/%zu/phase", i);
        auto_free char *what =
            cog_printf("stands after a stage of \"%s\"", cog_phase_name(latest));
        cog_rules_complain(r, COG_ERROR, pointer, "plan.phase", name, what);
    }
}

static void check_counts(struct cog_rules *r)
{
    size_t operations = 0;

    for (size_t i = 0; i < r->plan->stage_count; i++)
        operations += r->plan->stages[i].operation_count;
    if (r->plan->stage_count > MAX_STAGES || operations > MAX_OPERATIONS)
        r->result = cog_report(
            r->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, "plan.size",
            "/stages: %zu stages and %zu operations; at most %d and %d",
            r->plan->stage_count, operations, MAX_STAGES, MAX_OPERATIONS);
}

static void warn_unused(struct cog_rules *r)
{
    const char *name;
    json_t *context;

    for (size_t i = 0; i < r->plan->stage_count; i++) {
        if (r->used[i])
            continue;
        auto_free char *pointer = cog_pointer_index("/stages", i);
        cog_rules_complain(r, COG_WARNING, pointer, "plan.unused", r->plan->stages[i].id,
                           "is a stage that nothing uses");
    }
    json_object_foreach((json_t *)r->plan->contexts, name, context) {
        if (json_object_get(r->contexts, name))
            continue;
        auto_free char *pointer = cog_pointer_member("/contexts", name);
        cog_rules_complain(r, COG_WARNING, pointer, "plan.unused", name,
                           "is a context that nothing uses");
    }
}

static int check_plan(const struct cog_plan *plan, struct cog_diags *diags)
{
    auto_free bool *used = cog_calloc(plan->stage_count, sizeof *used);
    json_auto_t *stages = json_object(), *contexts = json_object(), *shared = json_object();
    struct cog_rules rules = {.plan = plan,
                              .diags = diags,
                              .stages = stages,
                              .used = used,
                              .contexts = contexts,
                              .shared = shared};

    check_counts(&rules);
    check_ids(&rules);
    check_phases(&rules);
    cog_plan_inputs(plan, check_input, &rules);
    cog_rules_contexts(&rules);
    cog_rules_operations(&rules);
    check_stage(&rules, "/export/stage", plan->export_stage, plan->stage_count);
    cog_rules_export(&rules);
    warn_unused(&rules);
    return rules.result;
}

int cog_plan_validate(json_t *doc, struct cog_diags *diags)
{
    struct cog_plan plan;

    if (cog_schema_check_doc(doc, diags) < 0)
        return -1;
    int result = cog_plan_fill(&plan, doc, diags);
    result |= check_plan(&plan, diags);
    cog_plan_release(&plan);
    return result;
}
