/* explain.c - what was decided and planned, and why. */
#include "plan/explain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "plan/operation.h"

struct printer {
    FILE *out;
    const char *key; /* NULL: everything */
    bool found;
};

/* Whether `text` is the key or begins with it as with a word: "python" and
 * "python.version", "pillow" and "pillow==11.3.0". */
static bool matches(const struct printer *t, const char *text)
{
    if (!t->key)
        return true;
    size_t length = strlen(t->key);
    return text && strncmp(text, t->key, length) == 0 &&
           !isalnum((unsigned char)text[length]) && text[length] != '-';
}

/* "cog.yaml:3:3 (python.version.cog-yaml)" */
static void print_reason(FILE *out, const json_t *reason)
{
    const char *at = cog_member_text(reason, "at"),
               *subject = cog_member_text(reason, "subject");

    if (at)
        (void)fprintf(out, "%s ", at);
    if (subject)
        (void)fprintf(out, "%s ", subject);
    (void)fprintf(out, "(%s)\n", cog_member_text(reason, "rule"));
}

static void print_decision(FILE *out, const json_t *decision)
{
    const json_t *other;
    size_t index;

    (void)fprintf(out, "  %s = %s\n    ", cog_member_text(decision, "key"),
                  cog_member_text(decision, "value"));
    print_reason(out, decision);
    json_array_foreach(json_object_get(decision, "rejected"), index, other) {
        (void)fprintf(out, "    not %s, ", cog_member_text(other, "value"));
        print_reason(out, other);
    }
}

static void print_decisions(struct printer *t, const json_t *decisions)
{
    const json_t *decision;
    bool heading = false;
    size_t index;

    json_array_foreach(decisions, index, decision) {
        if (!matches(t, cog_member_text(decision, "key")) &&
            !matches(t, cog_member_text(decision, "rule")))
            continue;
        if (!heading)
            (void)fputs("Decisions\n", t->out);
        heading = t->found = true;
        print_decision(t->out, decision);
    }
}

static void print_line(const struct printer *t, const char *heading,
                       const struct cog_plan_operation *op)
{
    auto_free char *text = cog_operation_text(op);

    (void)fprintf(t->out, "%s    %s\n", heading, text);
}

/* Returns whether the operation was told: it is when its stage is, or a reason of it has
 * the key's name. */
static bool print_operation(struct printer *t, const struct cog_plan_operation *op,
                            bool whole, const char *heading)
{
    const json_t *reason;
    bool printed = whole;
    size_t index;

    if (whole)
        print_line(t, heading, op);
    json_array_foreach(op->why, index, reason) {
        if (!whole && !matches(t, cog_member_text(reason, "rule")) &&
            !matches(t, cog_member_text(reason, "subject")))
            continue;
        if (!printed)
            print_line(t, heading, op);
        printed = true;
        (void)fputs("      ", t->out);
        print_reason(t->out, reason);
    }
    return printed;
}

static void print_stage(struct printer *t, const struct cog_plan_stage *stage)
{
    auto_free char *from = cog_input_text(&stage->source);
    auto_free char *line =
        cog_printf("  %s (%s), from %s\n", stage->id, stage->phase, from);
    bool whole = matches(t, stage->id), printed = whole;

    if (whole)
        (void)fputs(line, t->out);
    for (size_t i = 0; i < stage->operation_count; i++)
        printed |= print_operation(t, &stage->operations[i], whole, printed ? "" : line);
    t->found |= printed;
}

static int unknown(const struct cog_plan *plan, const char *key, struct cog_diags *diags)
{
    const json_t *decisions = json_object_get(plan->doc, "decisions"), *decision;
    json_auto_t *known = json_object();
    size_t index;

    json_array_foreach(decisions, index, decision) {
        json_object_set_new(known, cog_member_text(decision, "key"), json_true());
    }
    for (size_t i = 0; i < plan->stage_count; i++)
        json_object_set_new(known, plan->stages[i].id, json_true());
    const char *near = cog_nearest(key, known);
    return cog_report(
        diags, COG_ERROR, (struct cog_pos){0}, "explain.unknown",
        "no decision, stage, rule or package of the plan is called \"%s\"%s%s", key,
        near ? "; the nearest is " : "", near ? near : "");
}

char *cog_explain(const struct cog_plan *plan, const char *key, struct cog_diags *diags)
{
    char *text;
    size_t size;
    struct printer printer = {cog_text_open(&text, &size), key, false};

    print_decisions(&printer, json_object_get(plan->doc, "decisions"));
    if (!key)
        (void)fputs("\nStages\n", printer.out);
    for (size_t i = 0; i < plan->stage_count; i++)
        print_stage(&printer, &plan->stages[i]);
    cog_text_close(printer.out, &text);
    if (printer.found || !key)
        return text;
    free(text);
    (void)unknown(plan, key, diags);
    return NULL;
}
