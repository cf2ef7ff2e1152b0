/* requirement.c - fuzzes requirements (PEP 508) and their markers. What was read is read
 * again from its own text, which is one line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/marker.h"
#include "pep/requirement.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_marker(const char *text)
{
    struct cog_fault fault;
    struct cog_environment environment;
    struct cog_marker *marker = cog_marker_parse(text, &fault);

    if (!marker)
        abort();
    cog_environment_init(&environment, "3.12.4", "amd64");
    enum cog_truth full = cog_marker_evaluate(marker, &environment);
    cog_environment_release(&environment);
    cog_environment_init(&environment, "3.12", "amd64");
    enum cog_truth minor = cog_marker_evaluate(marker, &environment);
    cog_environment_release(&environment);
    if (minor < COG_UNKNOWN && full < COG_UNKNOWN && minor != full)
        abort();
    cog_marker_free(marker);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_strndup((const char *)bytes, size);
    struct cog_requirement requirement, again;
    struct cog_diags diags;

    cog_diags_init(&diags, "fuzz");
    if (cog_requirement_parse(&requirement, text, (struct cog_pos){"f", 1, 1}, &diags) ==
        0) {
        auto_free char *written = cog_requirement_text(&requirement);
        if (strpbrk(written, "\r\n") ||
            cog_requirement_parse(&again, written, (struct cog_pos){0}, &diags) < 0)
            abort();
        auto_free char *rewritten = cog_requirement_text(&again);
        if (strcmp(written, rewritten) != 0)
            abort();
        if (requirement.marker)
            check_marker(requirement.marker);
        cog_requirement_release(&requirement);
        cog_requirement_release(&again);
    }
    cog_diags_release(&diags);
    return 0;
}
