/* document.c - what lowering made, as the document cog/build-1. */
#include "llb/document.h"

#include "base/auto.h"
#include "base/digest.h"
#include "llb/image.h"

static json_t *secrets_of(const json_t *secrets)
{
    json_t *list = json_array(), *required;
    const char *id;

    json_object_foreach((json_t *)secrets, id, required) {
        json_array_append_new(list,
                              json_pack("{s:s, s:O}", "id", id, "required", required));
    }
    return list;
}

static json_t *names_of(const json_t *object)
{
    json_t *list = json_array(), *value;
    const char *name;

    json_object_foreach((json_t *)object, name, value) {
        json_array_append_new(list, json_string(name));
    }
    return list;
}

static json_t *object_or_empty(const json_t *object)
{
    return object ? json_incref((json_t *)object) : json_object();
}

json_t *cog_lowered_document(const struct cog_plan *plan, const struct cog_lowered *lowered,
                             const void *bytes, size_t size, const char *created)
{
    size_t definition_size;
    auto_free unsigned char *raw =
        cog_graph_definition(lowered->graph, lowered->state.digest, &definition_size);
    auto_free char *definition = cog_base64(raw, definition_size);
    auto_free char *digest = cog_sha256(raw, definition_size);
    auto_free char *plan_digest = cog_sha256(bytes, size);

    return json_pack(
        "{s:s, s:O, s:s, s:s, s:s*, s:s, s:o, s:O, s:o, s:o*, s:o*, s:o, s:o, s:o, s:o, "
        "s:O}",
        "schema", "cog/build-1", "platform", json_object_get(plan->doc, "platform"),
        "definition", definition, "digest", digest, "base", lowered->base, "plan",
        plan_digest, "tags", plan->tags ? json_incref((json_t *)plan->tags) : json_array(),
        "contexts", lowered->contexts, "secrets", secrets_of(lowered->secrets), "ssh",
        json_object_size(lowered->ssh) ? secrets_of(lowered->ssh) : NULL, "entitlements",
        lowered->host_network ? json_pack("[s]", "network.host") : NULL, "images",
        names_of(lowered->images), "image",
        cog_lowered_config(plan, &lowered->state, created), "label_files",
        object_or_empty(plan->label_files), "vertices", cog_graph_vertices(lowered->graph),
        "source", json_object_get(plan->doc, "source"));
}
