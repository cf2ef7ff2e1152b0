/* requirements.c - fuzzes the reader of requirements files: encoding, lines, options,
 * requirements; and that what it gives can be a document. */
#include <stdint.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/doc.h"
#include "pep/encoding.h"
#include "pep/requirements.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Every entry has the place of its line, and text where it must have some. */
static void check(const json_t *entry)
{
    const json_t *package = json_object_get(entry, "package");
    const json_t *value = json_object_iter_value(json_object_iter((json_t *)entry));

    if (json_object_size(entry) != 1 ||
        json_integer_value(json_object_get(json_object_get(value, "origin"), "line")) < 1)
        abort();
    if (package && (!json_is_string(json_object_get(package, "text")) ||
                    !json_is_string(json_object_get(package, "specifier"))))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cog_diags diags;
    json_auto_t *entries = json_array();
    const json_t *entry;
    size_t index;

    cog_diags_init(&diags, "fuzz");
    auto_free char *text =
        cog_encoding_decode((const char *)bytes, size, "requirements.txt", &diags);
    int result =
        text ? cog_requirements_read(entries, text, "requirements.txt", &diags) : -1;
    json_array_foreach(entries, index, entry) {
        check(entry);
    }
    if ((result < 0) != (diags.errors > 0))
        abort();
    json_auto_t *doc = json_pack("{s:O}", "entries", entries);
    auto_free char *printed = cog_doc_text(doc);
    cog_diags_release(&diags);
    if (!printed)
        abort();
    return 0;
}
