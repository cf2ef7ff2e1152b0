/* schema.c - documents against cog's own schemas, and against policies. */
#include "schema/schema.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/checker.h"

/* Schemas applied in one check of a policy; some seconds' worth. */
enum { MAX_STEPS = 20000000 };

const char *cog_schema_text(const char *name)
{
    for (const struct cog_schema_file *file = cog_schema_files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file->text;
    return NULL;
}

static int64_t find_root(const char *name)
{
    for (uint32_t i = 0; i < cog_schemas.root_count; i++)
        if (strcmp(cog_schemas.texts + cog_schemas.roots[i].text, name) == 0)
            return cog_schemas.roots[i].node;
    return -1;
}

/* Releases the work of a check and tells how it went. */
static int finish(const struct cog_checker *c, const char *file)
{
    const char *pattern = c->work->slow_pattern;
    const struct cog_pos at = {.file = file};

    cog_patterns_release(&c->work->patterns);
    if (pattern)
        return cog_report(c->diags, COG_ERROR, at, "schema.limit",
                          "the pattern \"%s\" takes too long", pattern);
    if (c->work->exhausted)
        return cog_report(c->diags, COG_ERROR, at, "schema.limit",
                          "takes too long, or refers to itself without end");
    return c->faults ? -1 : 0;
}

int cog_schema_check(const char *name, const json_t *value,
                     const struct cog_schema_place *place, struct cog_diags *diags)
{
    const struct cog_path top = {0};
    struct cog_work work = {.steps = ULONG_MAX};
    struct cog_checker checker = {
        .schema = &cog_schemas, .place = place, .diags = diags, .work = &work};
    int64_t root = find_root(name);

    if (root < 0)
        abort(); /* the names are ours */
    cog_check(&checker, (uint32_t)root, value, &top);
    return finish(&checker, place->file);
}

int cog_schema_check_doc(const json_t *doc, struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = "<stdin>"};
    const char *tag = json_string_value(json_object_get(doc, "schema"));
    const struct cog_pos at = {.file = "<stdin>"};

    if (!tag)
        return cog_report(diags, COG_ERROR, at, "doc.schema", "no member \"schema\"");
    auto_free char *name =
        cog_printf("%s.json", strncmp(tag, "cog/", 4) == 0 ? tag + 4 : "unknown");
    if (find_root(name) < 0)
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "\"%s\" is not a document that this version of cog knows", tag);
    return cog_schema_check(name, doc, &place, diags);
}

int cog_policy_check(const struct cog_schema *policy, const char *name, const json_t *doc,
                     struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = "<stdin>"};
    const struct cog_path top = {0};
    struct cog_work work = {.steps = MAX_STEPS};
    struct cog_checker checker = {
        .schema = policy, .place = &place, .diags = diags, .work = &work, .policy = name};

    cog_check(&checker, policy->roots[0].node, doc, &top);
    return finish(&checker, name);
}
