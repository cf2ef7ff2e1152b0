/* compose.c - orders the stages and resolves the inputs that only composing knows. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "plan/composer_private.h"

/* A stage among all in their order, while its inputs are resolved. */
struct place {
    const struct cog_composer *composer;
    struct cog_stage **stages;
    size_t count, index;
    struct cog_diags *diags;
};

static const char *id_of(const struct cog_stage *stage)
{
    return cog_member_text(stage->json, "id");
}

static int fail(struct cog_diags *diags, const char *what)
{
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.compose", "%s", what);
}

/* Tells `the stage "…" what "name"`. */
static int complain(const struct place *p, const char *what, const char *name)
{
    auto_free char *text =
        cog_printf("the stage \"%s\" %s%s%s%s", id_of(p->stages[p->index]), what,
                   name ? " \"" : "", name ? name : "", name ? "\"" : "");
    return fail(p->diags, text);
}

/* The same, where there is no id to return. */
static const char *missing(const struct place *p, const char *what, const char *name)
{
    (void)complain(p, what, name);
    return NULL;
}

/* The stages by phase, what is in none last; qsort is not stable, so phases are picked one
 * after the other. The caller frees the array, not the stages. */
static struct cog_stage **ordered(const struct cog_composer *c)
{
    struct cog_stage **stages = cog_calloc(c->stage_count, sizeof(struct cog_stage *));
    size_t count = 0;

    for (unsigned phase = 0; phase <= COG_PHASE_COUNT; phase++)
        for (size_t i = 0; i < c->stage_count; i++)
            if (c->stages[i]->phase == phase)
                stages[count++] = c->stages[i];
    return stages;
}

static bool provides(const struct cog_stage *stage, const char *name)
{
    const json_t *item;
    size_t index;

    json_array_foreach(json_object_get(stage->json, "provides"), index, item) {
        if (strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

/* Each looks among the stages before the one that asks. Returns an id, or NULL after a
 * diagnostic. */
static const char *find_phase(const struct place *p, const char *name)
{
    enum cog_phase phase = cog_phase_of(name);

    if (phase == COG_PHASE_COUNT)
        return missing(p, "names a phase that does not exist", NULL);
    if (phase >= p->stages[p->index]->phase)
        return missing(p, "stands itself in or before the phase", name);
    for (size_t i = p->index; i > 0; i--)
        if (p->stages[i - 1]->phase <= phase)
            return id_of(p->stages[i - 1]);
    return missing(p, "finds nothing in or before the phase", name);
}

static const char *find_provider(const struct place *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++) {
        if (!provides(p->stages[i], name))
            continue;
        if (i < p->index)
            return id_of(p->stages[i]);
        return missing(p, "stands itself at or before what provides", name);
    }
    return missing(p, "needs what no stage provides:", name);
}

static const char *find_stage(const struct place *p, const char *id)
{
    for (size_t i = 0; i < p->index; i++)
        if (strcmp(id_of(p->stages[i]), id) == 0)
            return id;
    return missing(p, "names a stage that does not stand before it:", id);
}

static const char *find_before(const struct place *p)
{
    if (p->index > 0)
        return id_of(p->stages[p->index - 1]);
    return missing(p, "begins with the stage before it, but is the first", NULL);
}

static int resolve(const struct place *p, json_t *input)
{
    const char *phase = cog_member_text(input, "phase"),
               *stage = cog_member_text(input, "stage"),
               *provided = cog_member_text(input, "provided"),
               *local = cog_member_text(input, "local");
    const char *found;

    if (local && !json_object_get(p->composer->contexts, local))
        return complain(p, "names a context that nobody defines:", local);
    if (json_object_get(input, "auto"))
        found = find_before(p);
    else if (phase)
        found = find_phase(p, phase);
    else if (provided)
        found = find_provider(p, provided);
    else if (stage)
        found = find_stage(p, stage);
    else
        return 0;
    json_auto_t *name = found ? json_string(found) : NULL;
    json_object_clear(input);
    json_object_set(input, "stage", name);
    return found ? 0 : -1;
}

static int resolve_operation(const struct place *p, json_t *operation)
{
    const json_t *argv = json_object_get(operation, "argv");
    json_t *from = json_object_get(operation, "from"), *mount;
    size_t index;
    int result = 0;

    if (!json_array_size(json_object_get(operation, "why")))
        result = complain(p, "gives no reason for its", cog_member_text(operation, "op"));
    if (argv && !json_array_size(argv))
        result = complain(p, "has an exec without a command", NULL);
    if (from)
        result |= resolve(p, from);
    json_array_foreach(json_object_get(operation, "mounts"), index, mount) {
        if (json_object_get(mount, "from"))
            result |= resolve(p, json_object_get(mount, "from"));
    }
    return result;
}

/* What two stages must not share with one before them. */
static int check_names(const struct place *p)
{
    const struct cog_stage *stage = p->stages[p->index];
    const json_t *name;
    size_t index;
    int result = 0;

    for (size_t i = 0; i < p->index; i++) {
        if (strcmp(id_of(p->stages[i]), id_of(stage)) == 0)
            result = complain(p, "has the id of another", NULL);
        json_array_foreach(json_object_get(stage->json, "provides"), index, name) {
            if (provides(p->stages[i], json_string_value(name)))
                result =
                    complain(p, "provides what another does:", json_string_value(name));
        }
    }
    return result;
}

static int resolve_stage(const struct place *p)
{
    const struct cog_stage *stage = p->stages[p->index];
    json_t *operation;
    size_t index;
    int result = check_names(p) | resolve(p, json_object_get(stage->json, "source"));

    if (!*id_of(stage))
        result = complain(p, "has no id", NULL);
    if (!*cog_member_text(stage->json, "phase"))
        result = complain(p, "stands in no phase", NULL);
    json_array_foreach(json_object_get(stage->json, "operations"), index, operation) {
        result |= resolve_operation(p, operation);
    }
    return result;
}

/* What adding found, and whether there is an image. */
static int check_draft(const struct place *p)
{
    const json_t *fault;
    size_t index;
    int result = 0;

    json_array_foreach(p->composer->faults, index, fault) {
        result = fail(p->diags, json_string_value(fault));
    }
    if (p->count == 0)
        return fail(p->diags, "no block added a stage");
    if (p->stages[p->count - 1]->phase < COG_PHASE_EXPORT_BASE)
        result = fail(p->diags, "no stage is exported: none stands in an export phase");
    return result;
}

json_t *cog_compose(struct cog_composer *composer, struct cog_diags *diags)
{
    auto_free struct cog_stage **stages = ordered(composer);
    struct place place = {composer, stages, composer->stage_count, 0, diags};
    json_auto_t *list = json_array();
    int result = check_draft(&place);

    for (; place.index < place.count; place.index++) {
        result |= resolve_stage(&place);
        json_array_append(list, stages[place.index]->json);
    }
    if (result < 0)
        return NULL;
    json_object_set_new(composer->export, "stage",
                        json_string(id_of(stages[place.count - 1])));
    return json_pack("{s:s, s:{s:s, s:s}, s:O, s:O, s:O, s:O, s:O}", "schema", "cog/plan-1",
                     "platform", "os", "linux", "arch", COG_PLAN_ARCH, "contexts",
                     composer->contexts, "stages", list, "export", composer->export,
                     "decisions", composer->decisions, "source", composer->source);
}
