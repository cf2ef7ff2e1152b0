/* pep.c - what lib/pep makes of versions and specifiers: a JSON array [what, text…] a line
 * on stdin, a line of JSON each on stdout; null: refused. For tests/oracle/pep. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/marker.h"
#include "pep/requirement.h"
#include "pep/specifier.h"

static const char *text_at(const json_t *request, size_t index)
{
    return json_string_value(json_array_get(request, index));
}

static json_t *answer_version(const json_t *request)
{
    struct cog_version version;

    if (cog_version_parse(&version, text_at(request, 1)) < 0)
        return json_null();
    json_t *answer = json_pack(
        "[s, b, i, i, s%]", version.text, cog_version_is_prerelease(&version),
        (int)cog_version_parts(&version), (int)(cog_version_part(&version, 1) & 0x7fffffff),
        version.local.text ? version.local.text : "", version.local.size);
    cog_version_release(&version);
    return answer;
}

static json_t *answer_order(const json_t *request)
{
    struct cog_version a, b;

    if (cog_version_parse(&a, text_at(request, 1)) < 0 ||
        cog_version_parse(&b, text_at(request, 2)) < 0)
        abort();
    int order = cog_version_compare(&a, &b);
    cog_version_release(&a);
    cog_version_release(&b);
    return json_integer((order > 0) - (order < 0));
}

static json_t *answer_specifier(const json_t *request)
{
    struct cog_specifier specifier;
    struct cog_fault fault;

    if (cog_specifier_parse(&specifier, text_at(request, 1), &fault) < 0)
        return json_null();
    auto_free char *text = cog_specifier_text(&specifier);
    json_t *answer = json_string(text);
    cog_specifier_release(&specifier);
    return answer;
}

static json_t *answer_contains(const json_t *request)
{
    const char *version = text_at(request, 2);
    struct cog_specifier specifier;
    struct cog_fault fault;

    if (cog_specifier_parse(&specifier, text_at(request, 1), &fault) < 0)
        return json_null();
    json_t *answer = json_pack(
        "[b, b, b]", cog_specifier_contains(&specifier, version, COG_PRERELEASES_AUTO),
        cog_specifier_contains(&specifier, version, COG_PRERELEASES_YES),
        cog_specifier_contains(&specifier, version, COG_PRERELEASES_NO));
    cog_specifier_release(&specifier);
    return answer;
}

/* The member of `given`, or what is there already; null is NULL. */
static void set(const char **member, const json_t *given, const char *name)
{
    const json_t *value = json_object_get(given, name);

    if (value)
        *member = json_string_value(value);
}

/* The list `name` of `given`, or NULL; the caller frees the array. */
static const char **list_of(const json_t *given, const char *name)
{
    const json_t *list = json_object_get(given, name);
    const char **names = NULL;
    size_t i = 0;

    if (json_is_array(list)) {
        names = cog_calloc(json_array_size(list) + 1, sizeof *names);
        for (; i < json_array_size(list); i++)
            names[i] = text_at(list, i);
    }
    return names;
}

/* `given`: what cog_environment_init() takes, and what it does not know. */
static json_t *evaluated(const struct cog_marker *marker, const json_t *given)
{
    static const char *const truths[] = {"false", "true", "unknown", "undefined"};
    struct cog_environment e;
    const char *python = json_string_value(json_object_get(given, "python"));
    const char *arch = json_string_value(json_object_get(given, "arch"));
    auto_free const char **extras = list_of(given, "extras");
    auto_free const char **groups = list_of(given, "dependency_groups");

    if (cog_environment_init(&e, python, arch) < 0)
        abort();
    e.extras = extras;
    e.dependency_groups = groups;
    set(&e.implementation_name, given, "implementation_name");
    set(&e.implementation_version, given, "implementation_version");
    set(&e.os_name, given, "os_name");
    set(&e.sys_platform, given, "sys_platform");
    set(&e.platform_system, given, "platform_system");
    set(&e.platform_release, given, "platform_release");
    set(&e.platform_version, given, "platform_version");
    set(&e.extra, given, "extra");
    enum cog_truth truth = cog_marker_evaluate(marker, &e);
    cog_environment_release(&e);
    return json_string(truths[truth]);
}

static json_t *answer_marker(const json_t *request)
{
    struct cog_fault fault;
    struct cog_marker *marker = cog_marker_parse(text_at(request, 1), &fault);
    json_t *answer = json_array();
    const json_t *given;
    size_t index;

    if (!marker) {
        json_decref(answer);
        return json_null();
    }
    auto_free char *text = cog_marker_text(marker);
    json_array_append_new(answer, json_string(text));
    json_array_foreach(json_array_get(request, 2), index, given) {
        json_array_append_new(answer, evaluated(marker, given));
    }
    cog_marker_free(marker);
    return answer;
}

static json_t *answer_requirement(const json_t *request)
{
    struct cog_requirement q;
    struct cog_diags diags;
    json_t *extras = json_array();

    cog_diags_init(&diags, "pep");
    int read = cog_requirement_parse(&q, text_at(request, 1), (struct cog_pos){0}, &diags);
    cog_diags_release(&diags);
    if (read < 0) {
        json_decref(extras);
        return json_null();
    }
    for (char **extra = q.extras; *extra; extra++)
        json_array_append_new(extras, json_string(*extra));
    auto_free char *text = cog_requirement_text(&q);
    json_t *answer = json_pack("[s, o, s, s?, s?, s]", q.name, extras, q.specifier,
                               q.marker, q.url, text);
    cog_requirement_release(&q);
    return answer;
}

static json_t *answer(const json_t *request)
{
    static const struct {
        const char *what;
        json_t *(*answer)(const json_t *request);
    } answers[] = {
        {"version", answer_version},     {"order", answer_order},
        {"specifier", answer_specifier}, {"contains", answer_contains},
        {"marker", answer_marker},       {"requirement", answer_requirement},
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strcmp(text_at(request, 0), answers[i].what) == 0)
            return answers[i].answer(request);
    abort();
}

int main(void)
{
    auto_free char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        json_auto_t *request = json_loads(line, 0, NULL);
        json_auto_t *said = answer(request);
        if (json_dumpf(said, stdout, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) < 0 ||
            putchar('\n') == EOF)
            return 3;
    }
    return 0;
}
