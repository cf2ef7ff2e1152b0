/* python_version.c - chooses a version of Python that everybody can live with. */
#include "blocks/python_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "pep/specifier.h"

/* What an image can be planned for when nobody names a version; the first is the default.
 */
static const char *const known[] = {"3.13", "3.14", "3.12", "3.11", "3.10"};

static const size_t known_count = sizeof known / sizeof *known;

/* Whose files speak, and by which rule. */
static const struct {
    const char *file, *rule;
} wishes[] = {
    {".python-version", "python.version.dot-python-version"},
    {"mise.toml", "python.version.mise"},
    {".mise.toml", "python.version.mise"},
    {".config/mise/config.toml", "python.version.mise"},
    {".tool-versions", "python.version.tool-versions"},
    {"runtime.txt", "python.version.runtime-txt"},
    {"Pipfile", "python.version.pipfile"},
};

/* What a lock or a manifest says is no wish: packages are chosen or refused by it. */
static const char required[] = "python.version.requires-python";

/* Nor is what packages have wheels for. */
static const char packaged[] = "python.version.package";

static const char *rule_of(const struct cog_project *project, const struct cog_voice *voice)
{
    if (voice->package)
        return packaged;
    if (strcmp(voice->at.file, project->config.file) == 0)
        return "python.version.cog-yaml";
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        if (strcmp(voice->at.file, wishes[i].file) == 0)
            return wishes[i].rule;
    return required;
}

/* "3.13" or "3.13.2": what the tags of the python image name. */
static bool is_version(const char *text)
{
    size_t minor = strncmp(text, "3.", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
    const char *rest = text + 2 + minor;

    if (!minor || !*rest)
        return minor != 0;
    return *rest == '.' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

/* Refuses what only a document written by hand can say. */
static int check_voices(const struct cog_project *project, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < project->python_count; i++) {
        const struct cog_voice *voice = &project->pythons[i];
        struct cog_specifier specifier;
        struct cog_fault fault;
        if (voice->version && !is_version(voice->version))
            result = cog_report(diags, COG_ERROR, voice->at, "plan.python-version",
                                "\"%s\" is no version of CPython; write one like 3.13",
                                voice->version);
        else if (cog_specifier_parse(&specifier, voice->specifier, &fault) < 0)
            result = cog_report(diags, COG_ERROR, voice->at, "plan.python-version",
                                "\"%s\": %s", voice->specifier, fault.what);
        else
            cog_specifier_release(&specifier);
    }
    return result;
}

/* Whether a voice can live with `version`. "3.12" stands for the newest release of the
 * series, whose last number is taken to be larger than any that is written. */
static bool allows(const struct cog_voice *voice, const char *version)
{
    bool series = strchr(strchr(version, '.') + 1, '.') == NULL;
    auto_free char *release = cog_printf("%s%s", version, series ? ".999" : "");
    struct cog_specifier specifier;
    struct cog_fault fault;

    if (cog_specifier_parse(&specifier, voice->specifier, &fault) < 0)
        return false;
    bool fits = cog_specifier_contains(&specifier, release, COG_PRERELEASES_NO);
    cog_specifier_release(&specifier);
    return fits;
}

/* "cog.yaml:3:5", "torch 2.0.1 at requirements.txt:3"; the caller frees it. */
static char *place_of(const struct cog_voice *voice)
{
    auto_free char *place = cog_pos_text(voice->at);

    return voice->package ? cog_printf("%s at %s", voice->package, place)
                          : cog_strdup(place);
}

static json_t *rejection(const char *value, const char *rule, struct cog_pos at)
{
    json_t *object = json_pack("{s:s, s:s}", "value", value, "rule", rule);
    auto_free char *place = cog_pos_text(at);

    if (*place)
        json_object_set_new(object, "at", json_string(place));
    return object;
}

/* The voices that the version of `winner` leaves unheard; plan.python-conflict where one
 * must be heard: a stronger one, or what packages require. */
static json_t *unheard(const struct cog_project *project, const struct cog_voice *winner,
                       struct cog_diags *diags)
{
    json_auto_t *rejected = json_array();
    int result = 0;

    for (size_t i = 0; i < project->python_count; i++) {
        const struct cog_voice *voice = &project->pythons[i];
        const char *rule = rule_of(project, voice);
        auto_free char *place = place_of(voice);
        if (allows(voice, winner->version))
            continue;
        if (rule == required || rule == packaged || voice < winner)
            result = cog_report(diags, COG_ERROR, winner->at, "plan.python-conflict",
                                "Python %s is asked for, but %s requires %s; change one of "
                                "them",
                                winner->version, place, voice->specifier);
        json_array_append_new(
            rejected,
            rejection(voice->version ? voice->version : voice->specifier, rule, voice->at));
    }
    return result < 0 ? NULL : json_incref(rejected);
}

static const char *take_wish(const struct cog_project *project,
                             const struct cog_voice *winner, struct cog_composer *composer,
                             struct cog_diags *diags)
{
    json_t *rejected = unheard(project, winner, diags);

    if (!rejected)
        return NULL;
    cog_decide(composer, "python.version", winner->version, rule_of(project, winner),
               winner->at, rejected);
    return winner->version;
}

/* The strongest voice that does not allow `version`, or NULL. */
static const struct cog_voice *objection(const struct cog_project *project,
                                         const char *version)
{
    for (size_t i = 0; i < project->python_count; i++)
        if (!allows(&project->pythons[i], version))
            return &project->pythons[i];
    return NULL;
}

static void report_conflict(const struct cog_project *project, struct cog_diags *diags)
{
    auto_free char *text = NULL;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < project->python_count; i++) {
        auto_free char *place = place_of(&project->pythons[i]);
        (void)fprintf(out, "%s%s (%s)", i ? ", " : "", project->pythons[i].specifier,
                      place);
    }
    cog_text_close(out, &text);
    cog_report(diags, COG_ERROR, project->pythons[0].at, "plan.python-conflict",
               "no version of Python that cog knows fits %s; change one of these", text);
}

static const char *take_known(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_pos *at,
                              struct cog_diags *diags)
{
    const struct cog_voice *against = objection(project, known[0]);
    json_t *rejected = NULL;
    size_t i = 0;

    while (i < known_count && objection(project, known[i]))
        i++;
    if (i == known_count) {
        report_conflict(project, diags);
        return NULL;
    }
    if (against) {
        *at = against->at;
        rejected = json_array();
        json_array_append_new(
            rejected, rejection(known[0], "python.version.default", (struct cog_pos){0}));
    }
    cog_decide(composer, "python.version", known[i],
               against ? rule_of(project, against) : "python.version.default", *at,
               rejected);
    return known[i];
}

const char *cog_python_choose(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_pos *at,
                              struct cog_diags *diags)
{
    const struct cog_voice *winner = cog_project_python(project);

    if (check_voices(project, diags) < 0)
        return NULL;
    if (!winner)
        return take_known(project, composer, at, diags);
    *at = winner->at;
    return take_wish(project, winner, composer, diags);
}
