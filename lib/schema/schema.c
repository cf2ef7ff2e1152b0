/* schema.c - a small JSON Schema validator. */
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/checker.h"

const char *cog_schema_text(const char *name)
{
    for (const struct cog_schema_file *file = cog_schema_files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file->text;
    return NULL;
}

static struct cog_pos position(const struct checker *c, const char *pointer, bool key)
{
    struct cog_pos at = {.file = c->place->file};
    const json_t *pair =
        json_object_get(key ? c->place->keys : c->place->positions, pointer);

    if (!pair)
        pair = json_object_get(c->place->positions, pointer);
    at.line = (unsigned)json_integer_value(json_array_get(pair, 0));
    at.column = (unsigned)json_integer_value(json_array_get(pair, 1));
    return at;
}

static char *pointer_to(const struct cog_path *path)
{
    if (!path->parent)
        return cog_strdup("");
    auto_free char *parent = pointer_to(path->parent);
    return path->member ? cog_pointer_member(parent, path->member)
                        : cog_pointer_index(parent, path->index);
}

void cog_fault(struct checker *c, const struct subject *s, const struct cog_path *path,
               const char *code, char *text)
{
    auto_free char *message = text;

    c->faults++;
    if (c->quiet)
        return;
    bool key = strcmp(code, "schema.unknown") == 0;
    const char *hint = key ? NULL : json_string_value(json_object_get(s->schema, "x-hint"));
    auto_free char *pointer = pointer_to(path);
    const char *shown = c->place->positions ? "" : *pointer ? pointer : "/";
    cog_report(c->diags, COG_ERROR, position(c, pointer, key), code, "%s%s%s%s%s", shown,
               *shown ? ": " : "", message, hint ? "; " : "", hint ? hint : "");
}

const json_t *cog_schema_file(struct checker *c, const char *name)
{
    json_t *schema = json_object_get(c->files, name);

    if (!schema) {
        const char *text = cog_schema_text(name);
        schema = text ? json_loads(text, 0, NULL) : NULL;
        if (!schema)
            abort(); /* the schemas are ours */
        json_object_set_new(c->files, name, schema);
    }
    return schema;
}

void cog_check(struct checker *c, const json_t *root, const json_t *schema,
               const json_t *value, const struct cog_path *path)
{
    struct subject subject = {root, schema, value, path};
    const char *name;
    json_t *argument;

    if (json_is_false(schema))
        cog_fault(c, &subject, path, "schema.value", cog_strdup("is not allowed here"));
    if (!cog_type_fits(json_object_get(schema, "type"), value)) {
        cog_keyword("type")(c, &subject, json_object_get(schema, "type"));
        return; /* the other keywords would only repeat it */
    }
    json_object_foreach((json_t *)schema, name, argument) {
        cog_keyword_check *apply = cog_keyword(name);
        if (!apply)
            abort(); /* a keyword that would be ignored: the schemas are ours */
        apply(c, &subject, argument);
    }
}

int cog_schema_check(const char *name, const json_t *value,
                     const struct cog_schema_place *place, struct cog_diags *diags)
{
    const struct cog_path top = {0};
    struct cog_patterns patterns = {0};
    struct checker checker = {
        .place = place, .diags = diags, .files = json_object(), .patterns = &patterns};

    const json_t *schema = cog_schema_file(&checker, name);
    cog_check(&checker, schema, schema, value, &top);
    cog_patterns_release(&patterns);
    json_decref(checker.files);
    return checker.faults ? -1 : 0;
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
    if (!cog_schema_text(name))
        return cog_report(diags, COG_ERROR, at, "doc.schema",
                          "\"%s\" is no document that this version of cog knows", tag);
    return cog_schema_check(name, doc, &place, diags);
}
