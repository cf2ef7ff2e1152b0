/* toml.c - fuzzes the TOML reader: every part of what is read has a place in the text, and
 * is nested no deeper than promised; a refusal is one diagnostic. */
#include <stdint.h>
#include <stdlib.h>

#include "base/auto.h"
#include "toml/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void demand(int truth)
{
    if (!truth)
        abort();
}

static void check(const struct cog_toml *toml, const json_t *node, unsigned depth)
{
    const char *key;
    json_t *part;
    size_t index;

    demand(depth <= 64);
    demand(json_is_boolean(node) == (cog_toml_at(toml, node).line == 0));
    json_object_foreach((json_t *)node, key, part) {
        check(toml, part, depth + (json_is_object(part) || json_is_array(part)));
    }
    json_array_foreach(node, index, part) {
        check(toml, part, depth + (json_is_object(part) || json_is_array(part)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cog_diags diags;
    struct cog_toml toml;

    cog_diags_init(&diags, "fuzz");
    int result = cog_toml_load(&toml, (const char *)bytes, size, "x.toml", &diags);
    demand(diags.count == (result < 0));
    if (result == 0) {
        auto_free char *json = json_dumps(toml.value, JSON_COMPACT);
        check(&toml, toml.value, 0);
        demand(json != NULL);
        cog_toml_release(&toml);
    }
    cog_diags_release(&diags);
    return 0;
}
