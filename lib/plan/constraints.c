/* constraints.c - chooses versions that all constraints allow. */
#include "plan/constraints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/specifier.h"

struct entry {
    struct cog_constraint constraint;
    struct cog_specifier specifier;
    const char *fault; /* why it is no specifier, or NULL */
};

struct offer {
    const char *key, *name, *code, *conflict;
    const char *const *versions;
    char *rule; /* by which the default is taken */
    struct cog_chosen chosen;
};

struct cog_constraints {
    struct entry *entries; /* the strongest first */
    size_t entry_count;
    struct offer *offers;
    size_t offer_count;
};

/* The choice of one version, and the constraints on it. */
struct choice {
    struct offer *offer;
    const struct entry **entries; /* the strongest first */
    size_t count;
    struct cog_diags *diags;
};

struct cog_constraints *cog_constraints_new(void)
{
    return cog_alloc(sizeof(struct cog_constraints));
}

void cog_constraints_free(struct cog_constraints *constraints)
{
    for (size_t i = 0; i < constraints->entry_count; i++)
        cog_specifier_release(&constraints->entries[i].specifier);
    for (size_t i = 0; i < constraints->offer_count; i++) {
        free(constraints->offers[i].rule);
        json_decref(constraints->offers[i].chosen.rejected);
    }
    free(constraints->entries);
    free(constraints->offers);
    free(constraints);
}

void cog_constraints_offer(struct cog_constraints *constraints, const char *key,
                           const char *name, const char *const *versions, const char *code,
                           const char *conflict)
{
    constraints->offers = cog_realloc(constraints->offers, constraints->offer_count + 1,
                                      sizeof *constraints->offers);
    constraints->offers[constraints->offer_count++] = (struct offer){
        .key = key,
        .name = name,
        .code = code,
        .conflict = conflict,
        .versions = versions,
        .rule = cog_printf("%s.version.default", key),
    };
}

void cog_constraints_add(struct cog_constraints *constraints,
                         const struct cog_constraint *constraint)
{
    struct entry entry = {.constraint = *constraint};
    struct cog_fault fault;

    if (cog_specifier_parse(&entry.specifier, constraint->specifier, &fault) < 0)
        entry.fault = fault.what;
    constraints->entries = cog_realloc(constraints->entries, constraints->entry_count + 1,
                                       sizeof *constraints->entries);
    constraints->entries[constraints->entry_count++] = entry;
}

/* The last number of the newest release is taken to be larger than any that is written. */
static bool allows(const struct entry *entry, const char *version)
{
    const char *dot = strchr(version, '.');
    bool series = dot && !strchr(dot + 1, '.');
    auto_free char *release = cog_printf("%s%s", version, series ? ".999" : "");

    return cog_specifier_contains(&entry->specifier, release, COG_PRERELEASES_NO);
}

/* "cog.yaml:3:5", "torch 2.0.1 at requirements.txt:3"; the caller frees it. */
static char *place_of(const struct cog_constraint *constraint)
{
    auto_free char *place = cog_pos_text(constraint->at);

    if (!constraint->subject)
        return cog_strdup(place);
    return cog_printf("%s%s%s", constraint->subject, *place ? " at " : "", place);
}

static const char *text_of_constraint(const struct cog_constraint *constraint)
{
    return constraint->has ? constraint->has : constraint->specifier;
}

static void reject(struct offer *offer, const char *value, const char *rule,
                   struct cog_pos at)
{
    json_t *entry = json_pack("{s:s, s:s}", "value", value, "rule", rule);
    auto_free char *place = cog_pos_text(at);

    if (*place)
        json_object_set_new(entry, "at", json_string(place));
    if (!offer->chosen.rejected)
        offer->chosen.rejected = json_array();
    json_array_append_new(offer->chosen.rejected, entry);
}

/* Whether the constraint at `index` forbids the version that the one at `winner` names. */
static bool forbids(const struct choice *t, size_t index, size_t winner)
{
    const struct entry *entry = t->entries[index];

    return (entry->constraint.firm || index < winner) &&
           !allows(entry, t->entries[winner]->constraint.version);
}

/* The constraints but the winner and those against it, as ">=3.10 (pyproject.toml:4)";
 * without a winner, all. The caller frees it. */
static char *others_of(const struct choice *t, size_t winner)
{
    char *text;
    size_t size, count = 0;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < t->count; i++) {
        auto_free char *place = place_of(&t->entries[i]->constraint);
        if (winner == t->count || (i != winner && !forbids(t, i, winner)))
            (void)fprintf(out, "%s%s (%s)", count++ ? ", " : "",
                          text_of_constraint(&t->entries[i]->constraint), place);
    }
    cog_text_close(out, &text);
    return text;
}

static int report_conflict(const struct choice *t, size_t winner, size_t against)
{
    const struct cog_constraint *wanted = &t->entries[winner]->constraint;
    const struct cog_constraint *other = &t->entries[against]->constraint;
    const char *name = t->offer->name;
    const char *instead = other->instead ? other->instead : wanted->instead;
    auto_free char *place = place_of(other);
    auto_free char *others = others_of(t, winner);
    auto_free char *asked =
        wanted->has ? cog_printf("%s has %s %s", wanted->subject, name, wanted->has)
                    : cog_printf("%s %s is asked for", name, wanted->version);
    auto_free char *held = other->has ? cog_printf("has %s", name) : cog_strdup("requires");

    return cog_report(t->diags, COG_ERROR, wanted->at, t->offer->conflict,
                      "%s, but %s %s %s; change one of them%s%s%s%s", asked, place, held,
                      text_of_constraint(other), instead ? ", or take " : "",
                      instead ? instead : "", *others ? "; there is also " : "", others);
}

/* One of the constraints names a version. */
static int take_wanted(const struct choice *t, size_t winner)
{
    const struct cog_constraint *wanted = &t->entries[winner]->constraint;
    int result = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct cog_constraint *constraint = &t->entries[i]->constraint;
        if (forbids(t, i, winner))
            result = report_conflict(t, winner, i);
        else if (!allows(t->entries[i], wanted->version))
            reject(t->offer,
                   constraint->version ? constraint->version : constraint->specifier,
                   constraint->rule, constraint->at);
    }
    if (result == 0) {
        t->offer->chosen.version = wanted->version;
        t->offer->chosen.rule = wanted->rule;
        t->offer->chosen.at = wanted->at;
    }
    return result;
}

/* The strongest constraint that does not allow `version`, or NULL. */
static const struct cog_constraint *first_against(const struct choice *t,
                                                  const char *version)
{
    for (size_t i = 0; i < t->count; i++)
        if (!allows(t->entries[i], version))
            return &t->entries[i]->constraint;
    return NULL;
}

/* None of the constraints names one version. */
static int take_offered(const struct choice *t)
{
    const char *const *version = t->offer->versions;
    const struct cog_constraint *against = first_against(t, *version);

    while (*version && first_against(t, *version))
        version++;
    if (!*version) {
        auto_free char *all = others_of(t, t->count);
        return cog_report(t->diags, COG_ERROR, t->entries[0]->constraint.at,
                          t->offer->conflict,
                          "no version of %s that cog knows fits %s; change one of these",
                          t->offer->name, all);
    }
    if (against)
        reject(t->offer, *t->offer->versions, t->offer->rule, (struct cog_pos){0});
    t->offer->chosen.version = *version;
    t->offer->chosen.rule = against ? against->rule : t->offer->rule;
    t->offer->chosen.at = against ? against->at : (struct cog_pos){0};
    return 0;
}

static int check_specifiers(const struct choice *t)
{
    int result = 0;

    for (size_t i = 0; i < t->count; i++)
        if (t->entries[i]->fault)
            result = cog_report(t->diags, COG_ERROR, t->entries[i]->constraint.at,
                                t->offer->code, "\"%s\": %s",
                                t->entries[i]->constraint.specifier, t->entries[i]->fault);
    return result;
}

static int choose(const struct cog_constraints *constraints, struct offer *offer,
                  struct cog_diags *diags)
{
    auto_free const struct entry **entries =
        cog_calloc(constraints->entry_count, sizeof(const struct entry *));
    struct choice choice = {offer, entries, 0, diags};
    size_t winner = 0;

    for (size_t i = 0; i < constraints->entry_count; i++)
        if (strcmp(constraints->entries[i].constraint.key, offer->key) == 0)
            entries[choice.count++] = &constraints->entries[i];
    if (check_specifiers(&choice) < 0)
        return -1;
    while (winner < choice.count && !entries[winner]->constraint.version)
        winner++;
    return winner < choice.count ? take_wanted(&choice, winner) : take_offered(&choice);
}

/* The first offer of `key`, or NULL. */
static const struct offer *offer_of(const struct cog_constraints *constraints,
                                    const char *key)
{
    for (size_t i = 0; i < constraints->offer_count; i++)
        if (strcmp(constraints->offers[i].key, key) == 0)
            return &constraints->offers[i];
    return NULL;
}

/* Faults of blocks. */
static int check_keys(const struct cog_constraints *constraints, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < constraints->entry_count; i++) {
        const struct cog_constraint *constraint = &constraints->entries[i].constraint;
        if (!offer_of(constraints, constraint->key))
            result = cog_report(diags, COG_ERROR, constraint->at, "plan.compose",
                                "a version of %s is required, and no block offers any",
                                constraint->key);
    }
    for (size_t i = 0; i < constraints->offer_count; i++)
        if (offer_of(constraints, constraints->offers[i].key) != &constraints->offers[i])
            result =
                cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.compose",
                           "two blocks offer versions of %s", constraints->offers[i].key);
    return result;
}

int cog_constraints_solve(struct cog_constraints *constraints, struct cog_diags *diags)
{
    int result = check_keys(constraints, diags);

    for (size_t i = 0; result == 0 && i < constraints->offer_count; i++)
        result = choose(constraints, &constraints->offers[i], diags);
    return result;
}

const struct cog_chosen *cog_constraints_chosen(const struct cog_constraints *constraints,
                                                const char *key)
{
    const struct offer *offer = offer_of(constraints, key);

    return offer && offer->chosen.version ? &offer->chosen : NULL;
}
