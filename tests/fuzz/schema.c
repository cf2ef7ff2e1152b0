/* schema.c - fuzzes lib/schema: the first line is a policy, the rest the value that it is
 * applied to. */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/doc.h"
#include "schema/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    const uint8_t *end = memchr(bytes, '\n', size);
    size_t first = end ? (size_t)(end - bytes) : size;
    struct cog_diags diags;

    cog_diags_init(&diags, "fuzz");
    json_t *schema = cog_doc_parse(text, first, "policy", &diags);
    json_t *value = cog_doc_parse(text + first, size - first, "value", &diags);
    json_auto_t *files = json_object();
    json_object_set_new(files, "policy", schema);
    struct cog_schema *policy = schema ? cog_schema_compile(files, &diags) : NULL;
    if (policy && value)
        (void)cog_policy_check(policy, "fuzz", value, &diags);
    cog_schema_free(policy);
    json_decref(value);
    cog_diags_release(&diags);
    return 0;
}
