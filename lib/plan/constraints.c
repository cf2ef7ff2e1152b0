/* constraints.c - chooses versions that everybody can live with. */
#include "plan/constraints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/specifier.h"

struct voice {
    struct cog_constraint said;
    struct cog_specifier specifier;
    const char *fault; /* why it is no specifier, or NULL */
};

struct offer {
    const char *key, *name, *code, *conflict;
    const char *const *versions;
    char *rule; /* by which the default is taken */
    struct cog_chosen agreed;
};

struct cog_constraints {
    struct voice *voices; /* the strongest first */
    size_t voice_count;
    struct offer *offers;
    size_t offer_count;
};

/* The choice of one version, and those who have a say in it. */
struct talk {
    struct offer *offer;
    const struct voice **voices; /* the strongest first */
    size_t count;
    struct cog_diags *diags;
};

struct cog_constraints *cog_constraints_new(void)
{
    return cog_alloc(sizeof(struct cog_constraints));
}

void cog_constraints_free(struct cog_constraints *agreement)
{
    for (size_t i = 0; i < agreement->voice_count; i++)
        cog_specifier_release(&agreement->voices[i].specifier);
    for (size_t i = 0; i < agreement->offer_count; i++) {
        free(agreement->offers[i].rule);
        json_decref(agreement->offers[i].agreed.rejected);
    }
    free(agreement->voices);
    free(agreement->offers);
    free(agreement);
}

void cog_constraints_offer(struct cog_constraints *agreement, const char *key,
                           const char *name, const char *const *versions, const char *code,
                           const char *conflict)
{
    agreement->offers = cog_realloc(agreement->offers, agreement->offer_count + 1,
                                    sizeof *agreement->offers);
    agreement->offers[agreement->offer_count++] = (struct offer){
        .key = key,
        .name = name,
        .code = code,
        .conflict = conflict,
        .versions = versions,
        .rule = cog_printf("%s.version.default", key),
    };
}

void cog_constraints_add(struct cog_constraints *agreement,
                         const struct cog_constraint *constraint)
{
    struct voice voice = {.said = *constraint};
    struct cog_fault fault;

    if (cog_specifier_parse(&voice.specifier, constraint->specifier, &fault) < 0)
        voice.fault = fault.what;
    agreement->voices = cog_realloc(agreement->voices, agreement->voice_count + 1,
                                    sizeof *agreement->voices);
    agreement->voices[agreement->voice_count++] = voice;
}

/* The last number of the newest release is taken to be larger than any that is written. */
static bool allows(const struct voice *voice, const char *version)
{
    const char *dot = strchr(version, '.');
    bool series = dot && !strchr(dot + 1, '.');
    auto_free char *release = cog_printf("%s%s", version, series ? ".999" : "");

    return cog_specifier_contains(&voice->specifier, release, COG_PRERELEASES_NO);
}

/* "cog.yaml:3:5", "torch 2.0.1 at requirements.txt:3"; the caller frees it. */
static char *place_of(const struct cog_constraint *said)
{
    auto_free char *place = cog_pos_text(said->at);

    if (!said->subject)
        return cog_strdup(place);
    return cog_printf("%s%s%s", said->subject, *place ? " at " : "", place);
}

static const char *words_of(const struct cog_constraint *said)
{
    return said->has ? said->has : said->specifier;
}

static void reject(struct offer *offer, const char *value, const char *rule,
                   struct cog_pos at)
{
    json_t *entry = json_pack("{s:s, s:s}", "value", value, "rule", rule);
    auto_free char *place = cog_pos_text(at);

    if (*place)
        json_object_set_new(entry, "at", json_string(place));
    if (!offer->agreed.rejected)
        offer->agreed.rejected = json_array();
    json_array_append_new(offer->agreed.rejected, entry);
}

/* Whether the version that the voice at `winner` asks for cannot be taken because of the
 * one at `index`. */
static bool forbids(const struct talk *t, size_t index, size_t winner)
{
    const struct voice *voice = t->voices[index];

    return (voice->said.firm || index < winner) &&
           !allows(voice, t->voices[winner]->said.version);
}

/* The voices but the winner and those against it, as ">=3.10 (pyproject.toml:4)"; without
 * a winner, all. The caller frees it. */
static char *others_of(const struct talk *t, size_t winner)
{
    char *text;
    size_t size, count = 0;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < t->count; i++) {
        auto_free char *place = place_of(&t->voices[i]->said);
        if (winner == t->count || (i != winner && !forbids(t, i, winner)))
            (void)fprintf(out, "%s%s (%s)", count++ ? ", " : "",
                          words_of(&t->voices[i]->said), place);
    }
    cog_text_close(out, &text);
    return text;
}

static int report_conflict(const struct talk *t, size_t winner, size_t against)
{
    const struct cog_constraint *wish = &t->voices[winner]->said;
    const struct cog_constraint *other = &t->voices[against]->said;
    const char *name = t->offer->name;
    const char *instead = other->instead ? other->instead : wish->instead;
    auto_free char *place = place_of(other);
    auto_free char *others = others_of(t, winner);
    auto_free char *asked = wish->has
                                ? cog_printf("%s has %s %s", wish->subject, name, wish->has)
                                : cog_printf("%s %s is asked for", name, wish->version);
    auto_free char *held = other->has ? cog_printf("has %s", name) : cog_strdup("requires");

    return cog_report(t->diags, COG_ERROR, wish->at, t->offer->conflict,
                      "%s, but %s %s %s; change one of them%s%s%s%s", asked, place, held,
                      words_of(other), instead ? ", or take " : "", instead ? instead : "",
                      *others ? "; there is also " : "", others);
}

/* One of the voices asks for a version. */
static int take_wish(const struct talk *t, size_t winner)
{
    const struct cog_constraint *wish = &t->voices[winner]->said;
    int result = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct cog_constraint *said = &t->voices[i]->said;
        if (forbids(t, i, winner))
            result = report_conflict(t, winner, i);
        else if (!allows(t->voices[i], wish->version))
            reject(t->offer, said->version ? said->version : said->specifier, said->rule,
                   said->at);
    }
    if (result == 0) {
        t->offer->agreed.version = wish->version;
        t->offer->agreed.rule = wish->rule;
        t->offer->agreed.at = wish->at;
    }
    return result;
}

/* The strongest voice that does not allow `version`, or NULL. */
static const struct cog_constraint *objection(const struct talk *t, const char *version)
{
    for (size_t i = 0; i < t->count; i++)
        if (!allows(t->voices[i], version))
            return &t->voices[i]->said;
    return NULL;
}

/* None of the voices asks for one version. */
static int take_offered(const struct talk *t)
{
    const char *const *version = t->offer->versions;
    const struct cog_constraint *against = objection(t, *version);

    while (*version && objection(t, *version))
        version++;
    if (!*version) {
        auto_free char *all = others_of(t, t->count);
        return cog_report(t->diags, COG_ERROR, t->voices[0]->said.at, t->offer->conflict,
                          "no version of %s that cog knows fits %s; change one of these",
                          t->offer->name, all);
    }
    if (against)
        reject(t->offer, *t->offer->versions, t->offer->rule, (struct cog_pos){0});
    t->offer->agreed.version = *version;
    t->offer->agreed.rule = against ? against->rule : t->offer->rule;
    t->offer->agreed.at = against ? against->at : (struct cog_pos){0};
    return 0;
}

static int check_specifiers(const struct talk *t)
{
    int result = 0;

    for (size_t i = 0; i < t->count; i++)
        if (t->voices[i]->fault)
            result =
                cog_report(t->diags, COG_ERROR, t->voices[i]->said.at, t->offer->code,
                           "\"%s\": %s", t->voices[i]->said.specifier, t->voices[i]->fault);
    return result;
}

static int agree(const struct cog_constraints *agreement, struct offer *offer,
                 struct cog_diags *diags)
{
    auto_free const struct voice **voices =
        cog_calloc(agreement->voice_count, sizeof(const struct voice *));
    struct talk talk = {offer, voices, 0, diags};
    size_t winner = 0;

    for (size_t i = 0; i < agreement->voice_count; i++)
        if (strcmp(agreement->voices[i].said.key, offer->key) == 0)
            voices[talk.count++] = &agreement->voices[i];
    if (check_specifiers(&talk) < 0)
        return -1;
    while (winner < talk.count && !voices[winner]->said.version)
        winner++;
    return winner < talk.count ? take_wish(&talk, winner) : take_offered(&talk);
}

/* The first offer of `key`, or NULL. */
static const struct offer *offer_of(const struct cog_constraints *agreement,
                                    const char *key)
{
    for (size_t i = 0; i < agreement->offer_count; i++)
        if (strcmp(agreement->offers[i].key, key) == 0)
            return &agreement->offers[i];
    return NULL;
}

/* Faults of blocks. */
static int check_keys(const struct cog_constraints *agreement, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < agreement->voice_count; i++) {
        const struct cog_constraint *said = &agreement->voices[i].said;
        if (!offer_of(agreement, said->key))
            result = cog_report(diags, COG_ERROR, said->at, "plan.compose",
                                "a version of %s is required, and no block offers any",
                                said->key);
    }
    for (size_t i = 0; i < agreement->offer_count; i++)
        if (offer_of(agreement, agreement->offers[i].key) != &agreement->offers[i])
            result =
                cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.compose",
                           "two blocks offer versions of %s", agreement->offers[i].key);
    return result;
}

int cog_constraints_solve(struct cog_constraints *agreement, struct cog_diags *diags)
{
    int result = check_keys(agreement, diags);

    for (size_t i = 0; result == 0 && i < agreement->offer_count; i++)
        result = agree(agreement, &agreement->offers[i], diags);
    return result;
}

const struct cog_chosen *cog_constraints_chosen(const struct cog_constraints *agreement,
                                                const char *key)
{
    const struct offer *offer = offer_of(agreement, key);

    return offer && offer->agreed.version ? &offer->agreed : NULL;
}
