/* engine.c - the document cog/engine-1. */
#include "model/engine.h"

#include "base/auto.h"
#include "base/doc.h"
#include "schema/schema.h"

json_t *cog_engine_load(const char *file, struct cog_diags *diags)
{
    size_t size, index;
    auto_free char *text = cog_read_operand(file, COG_DOC_MAX_BYTES, &size, diags);
    json_auto_t *doc = text ? cog_doc_parse(text, size, file, diags) : NULL;
    const json_t *name;

    if (!doc || cog_doc_expect(doc, "cog/engine-1", file, diags) < 0 ||
        cog_schema_check_doc(doc, diags) < 0)
        return NULL;
    json_t *capabilities = json_object();
    json_array_foreach(json_object_get(doc, "capabilities"), index, name) {
        json_object_set_new(capabilities, json_string_value(name), json_true());
    }
    return capabilities;
}
