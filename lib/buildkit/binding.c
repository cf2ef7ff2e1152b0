/* binding.c - ties a definition to a session and to proxies.
 *
 * Everything is copied byte by byte except what is changed, so that bytes that were
 * canonical stay so. Field numbers: moby/buildkit solver/pb/ops.proto. */
#include "buildkit/binding.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "buildkit/wire.h"

static const char attribute[] = "local.session";

struct binding {
    const char *session;
    struct cog_wire_out proxies; /* a ProxyEnv; empty: none */
    json_t *digests;             /* old -> new */
    json_t *kinds;               /* new -> kind */
};

enum {
    META_PROXIES = 5,
    NETWORK_NONE = 2,
};

/* The caller frees the result. */
static char *text_of(struct cog_wire wire)
{
    return wire.size ? cog_strndup((const char *)wire.bytes, wire.size) : cog_strdup("");
}

/* Copies the fields of a message; `change` writes those that it wants otherwise and returns
 * 1, 0 for those to be copied, -1 for a fault. Returns 0 or -1. */
typedef int change_field(const struct binding *binding, const struct cog_wire_field *field,
                         struct cog_wire_out *out);

static int copy_message(const struct binding *binding, struct cog_wire message,
                        change_field *change, struct cog_wire_out *out)
{
    struct cog_wire_field field;
    int found;

    while ((found = cog_wire_next(&message, &field)) > 0) {
        int changed = change(binding, &field, out);
        if (changed < 0)
            return -1;
        if (!changed)
            cog_wire_add(out, field.whole.bytes, field.whole.size);
    }
    return found;
}

/* Copies a field that is a message, by `change`. Returns 1 or -1. */
static int copy_nested(const struct binding *binding, const struct cog_wire_field *field,
                       change_field *change, struct cog_wire_out *out)
{
    struct cog_wire_out inner = {0};
    int result = copy_message(binding, field->content, change, &inner);

    if (result == 0)
        cog_wire_add_field(out, field->number, inner.bytes, inner.size);
    free(inner.bytes);
    return result < 0 ? -1 : 1;
}

/* Writes the digest in the field 1 of Input and of map entries as it is now. A digest of no
 * step is a fault. */
static int change_digest(const struct binding *binding, const struct cog_wire_field *field,
                         struct cog_wire_out *out)
{
    if (field->number != 1 || !field->nested)
        return 0;
    auto_free char *old = text_of(field->content);
    const char *digest = json_string_value(json_object_get(binding->digests, old));
    if (!digest)
        return -1;
    cog_wire_add_field(out, 1, digest, strlen(digest));
    return 1;
}

/* The first field `number` of a message; empty when there is none. */
static struct cog_wire content_of(struct cog_wire message, unsigned number)
{
    struct cog_wire_field field;

    while (cog_wire_next(&message, &field) > 0) {
        if (field.number == number && field.nested)
            return field.content;
    }
    return (struct cog_wire){0};
}

static void add_attribute(const struct binding *binding, struct cog_wire_out *out)
{
    struct cog_wire_out entry = {0};

    cog_wire_add_field(&entry, 1, attribute, strlen(attribute));
    cog_wire_add_field(&entry, 2, binding->session, strlen(binding->session));
    cog_wire_add_field(out, 2, entry.bytes, entry.size);
    free(entry.bytes);
}

/* Copies a SourceOp {1 identifier, 2 attrs} and adds the attribute where the order of keys
 * has its place. */
static int bind_source(const struct binding *binding, struct cog_wire source,
                       struct cog_wire_out *out)
{
    struct cog_wire_field field;
    bool added = false;
    int found;

    while ((found = cog_wire_next(&source, &field)) > 0) {
        struct cog_wire key =
            field.number == 2 ? content_of(field.content, 1) : (struct cog_wire){0};
        auto_free char *name = text_of(key);
        if (strcmp(name, attribute) == 0)
            continue;
        if (!added && strcmp(name, attribute) > 0) {
            add_attribute(binding, out);
            added = true;
        }
        cog_wire_add(out, field.whole.bytes, field.whole.size);
    }
    if (!added)
        add_attribute(binding, out);
    return found;
}

/* Fields of an ExecOp: 1 meta, 2 mounts, 3 network. */
static bool has_network(struct cog_wire exec)
{
    struct cog_wire_field field;
    uint64_t network = 0;

    while (cog_wire_next(&exec, &field) > 0) {
        if (field.number == 3)
            network = field.value;
    }
    return network != NETWORK_NONE;
}

/* Copies a Meta with the proxies where the order of fields has their place. */
static int change_exec(const struct binding *binding, const struct cog_wire_field *exec,
                       struct cog_wire_out *out)
{
    struct cog_wire meta = exec->content;
    struct cog_wire_field field;
    struct cog_wire_out inner = {0};
    bool added = false;
    int found;

    if (exec->number != 1 || !exec->nested)
        return 0;
    do {
        found = cog_wire_next(&meta, &field);
        if (!added && (found <= 0 || field.number > META_PROXIES)) {
            cog_wire_add_field(&inner, META_PROXIES, binding->proxies.bytes,
                               binding->proxies.size);
            added = true;
        }
        if (found > 0 && field.number != META_PROXIES)
            cog_wire_add(&inner, field.whole.bytes, field.whole.size);
    } while (found > 0);
    cog_wire_add_field(out, 1, inner.bytes, inner.size);
    free(inner.bytes);
    return found < 0 ? -1 : 1;
}

/* Whether a SourceOp is a folder of the session. */
static bool is_local(struct cog_wire source)
{
    static const char scheme[] = "local://";
    struct cog_wire identifier = content_of(source, 1);

    return identifier.size >= sizeof scheme - 1 &&
           memcmp(identifier.bytes, scheme, sizeof scheme - 1) == 0;
}

/* Fields of an Op: 1 inputs, 2 exec, 3 source. */
static int change_op(const struct binding *binding, const struct cog_wire_field *field,
                     struct cog_wire_out *out)
{
    if (!field->nested)
        return 0;
    if (field->number == 1)
        return copy_nested(binding, field, change_digest, out);
    if (field->number == 2 && binding->proxies.size > 0 && has_network(field->content))
        return copy_nested(binding, field, change_exec, out);
    if (field->number != 3 || !is_local(field->content))
        return 0;
    struct cog_wire_out source = {0};
    int result = bind_source(binding, field->content, &source);
    if (result == 0)
        cog_wire_add_field(out, 3, source.bytes, source.size);
    free(source.bytes);
    return result < 0 ? -1 : 1;
}

/* What an Op does; what is merged is files. */
static const char *kind_of(struct cog_wire op)
{
    struct cog_wire_field field;

    while (cog_wire_next(&op, &field) > 0) {
        if (field.number == 2)
            return "exec";
        if (field.number == 3 && field.nested)
            return is_local(field.content) ? "local" : "source";
    }
    return "file";
}

/* Copies an Op and notes its new digest. */
static int bind_op(const struct binding *binding, const struct cog_wire_field *field,
                   struct cog_wire_out *out)
{
    struct cog_wire_out op = {0};
    int result = copy_message(binding, field->content, change_op, &op);

    if (result == 0) {
        auto_free char *old = cog_sha256(field->content.bytes, field->content.size);
        auto_free char *digest = cog_sha256(op.size ? (char *)op.bytes : "", op.size);
        json_object_set_new(binding->digests, old, json_string(digest));
        json_object_set_new(binding->kinds, digest, json_string(kind_of(field->content)));
        cog_wire_add_field(out, 1, op.bytes, op.size);
    }
    free(op.bytes);
    return result < 0 ? -1 : 1;
}

/* The entries of Source.locations are by digest, too. */
static int change_source_map(const struct binding *binding,
                             const struct cog_wire_field *field, struct cog_wire_out *out)
{
    if (field->number != 1 || !field->nested)
        return 0;
    return copy_nested(binding, field, change_digest, out);
}

/* Fields of a Definition: 1 def, 2 metadata, 3 source. The ops come first. */
static int change_definition(const struct binding *binding,
                             const struct cog_wire_field *field, struct cog_wire_out *out)
{
    if (!field->nested)
        return 0;
    switch (field->number) {
    case 1:
        return bind_op(binding, field, out);
    case 2:
        return copy_nested(binding, field, change_digest, out);
    case 3:
        return copy_nested(binding, field, change_source_map, out);
    default:
        return 0;
    }
}

/* A ProxyEnv, with its fields in order. */
static struct cog_wire_out proxy_env(const json_t *proxies)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "ftp_proxy",
                                        "no_proxy", "all_proxy"};
    struct cog_wire_out env = {0};

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = json_string_value(json_object_get(proxies, names[i]));
        if (value)
            cog_wire_add_field(&env, i + 1, value, strlen(value));
    }
    return env;
}

void *cog_binding_make(const void *definition, size_t size, const struct cog_binding *to,
                       const json_t *vertices, size_t *bound_size, json_t **bound_vertices)
{
    json_auto_t *digests = json_object(), *kinds = json_object();
    struct binding binding = {to->session, proxy_env(to->proxies), digests, kinds};
    struct cog_wire_out out = {0};
    const char *old;
    json_t *vertex;

    int result = copy_message(&binding, (struct cog_wire){definition, size},
                              change_definition, &out);
    free(binding.proxies.bytes);
    if (result < 0) {
        free(out.bytes);
        return NULL;
    }
    *bound_vertices = json_object();
    json_object_foreach((json_t *)vertices, old, vertex) {
        const char *digest = json_string_value(json_object_get(digests, old));
        json_t *bound = json_copy(vertex);
        json_object_set(bound, "kind", json_object_get(kinds, digest ? digest : old));
        json_object_set_new(*bound_vertices, digest ? digest : old, bound);
    }
    *bound_size = out.size;
    return out.bytes ? out.bytes : cog_alloc(0);
}
