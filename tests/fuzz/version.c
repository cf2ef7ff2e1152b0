/* version.c - fuzzes versions and specifiers (PEP 440): the text up to the first line break
 * is a version, the rest a specifier. What was read is read again from its own text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/specifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_version(const char *text)
{
    struct cog_version version, again;

    if (cog_version_parse(&version, text) < 0)
        return;
    if (cog_version_parse(&again, version.text) < 0 ||
        strcmp(version.text, again.text) != 0 || cog_version_compare(&version, &again) != 0)
        abort();
    cog_version_release(&version);
    cog_version_release(&again);
}

static void check_specifier(const char *text, const char *version)
{
    struct cog_specifier specifier, again;
    struct cog_fault fault;

    if (cog_specifier_parse(&specifier, text, &fault) < 0) {
        if (fault.at > strlen(text))
            abort();
        return;
    }
    auto_free char *written = cog_specifier_text(&specifier);
    bool fits = cog_specifier_contains(&specifier, version, COG_PRERELEASES_AUTO);
    if (cog_specifier_parse(&again, written, &fault) < 0 ||
        cog_specifier_contains(&again, version, COG_PRERELEASES_AUTO) != fits)
        abort();
    cog_specifier_release(&specifier);
    cog_specifier_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_strndup((const char *)bytes, size);
    char *end = strchr(text, '\n');

    if (end)
        *end = '\0';
    check_version(text);
    check_specifier(end ? end + 1 : "", text);
    return 0;
}
