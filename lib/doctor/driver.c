/* driver.c - whether this machine's driver can run what is planned. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "doctor/doctor.h"

static const char *decided(const json_t *plan, const char *key)
{
    const json_t *decision;
    size_t index;

    json_array_foreach(json_object_get(plan, "decisions"), index, decision) {
        const char *name = json_string_value(json_object_get(decision, "key"));
        if (name && strcmp(name, key) == 0)
            return json_string_value(json_object_get(decision, "value"));
    }
    return NULL;
}

/* Versions are numbers with dots between them; a number that is missing is 0. */
static bool is_older(const char *version, const char *other)
{
    while (*version || *other) {
        char *end, *other_end;
        unsigned long number = strtoul(version, &end, 10);
        unsigned long wanted = strtoul(other, &other_end, 10);
        if (number != wanted)
            return number < wanted;
        if (end == version && other_end == other)
            return false;
        version = end + (*end == '.');
        other = other_end + (*other_end == '.');
    }
    return false;
}

static void compare(json_t *findings, const json_t *plan, const char *driver)
{
    const char *oldest = decided(plan, "cuda.driver"),
               *cuda = decided(plan, "cuda.version");

    if (!oldest || !is_older(driver, oldest))
        return;
    auto_free char *message =
        cog_printf("the driver of this machine, %s, is older than %s, which CUDA%s%s needs",
                   driver, oldest, cuda ? " " : "", cuda ? cuda : "");
    cog_finding_add(findings, "warning", "gpu.driver", (struct cog_pos){0}, message,
                    "update the driver, or ask for an older CUDA with build.cuda");
}

int cog_check_driver(json_t *findings, const char *file, const char *driver,
                     struct cog_diags *diags)
{
    size_t size;
    auto_free char *text = cog_read_operand(file, COG_DOC_MAX_BYTES, &size, diags);
    json_auto_t *plan = text ? cog_doc_parse(text, size, file, diags) : NULL;

    if (!plan || cog_doc_expect(plan, "cog/plan-1", file, diags) < 0)
        return -1;
    compare(findings, plan, driver);
    return 0;
}
