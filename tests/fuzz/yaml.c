/* yaml.c - fuzzes what cog-config reads: YAML, then cog.yaml's schema and rules. What is
 * made of it must be a document. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "model/config.h"
#include "schema/schema.h"
#include "yaml/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_alloc(size + 1);
    struct cog_diags diags;
    struct cog_yaml yaml;

    memcpy(text, bytes, size);
    cog_diags_init(&diags, "fuzz");
    if (cog_yaml_load(&yaml, text, size, "cog.yaml", &diags) == 0) {
        json_auto_t *doc =
            cog_config_make(yaml.value, yaml.positions, yaml.keys, "cog.yaml", &diags);
        if (doc && cog_schema_check_doc(doc, &diags) < 0)
            abort();
        cog_yaml_release(&yaml);
    }
    cog_diags_release(&diags);
    return 0;
}
