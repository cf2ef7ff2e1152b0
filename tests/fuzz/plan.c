/* plan.c - fuzzes plans that fit their schema and have any values: the rules of
 * lib/plan/validate*.c, and lowering. */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/doc.h"
#include "llb/document.h"
#include "model/plan.h"
#include "plan/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void lower(const struct cog_plan *plan, json_t *engine, struct cog_diags *diags)
{
    json_auto_t *stages = json_object();
    const struct cog_lower_options options = {.no_cache_stages = stages, .engine = engine};
    struct cog_lowered lowered;

    if (cog_lower(&lowered, plan, &options, diags) < 0)
        return;
    json_decref(cog_lowered_document(plan, &lowered, "", 0, NULL));
    cog_lowered_release(&lowered);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_auto_t *engine = json_pack("{s:b}", "mergeop", 1);
    struct cog_diags diags;
    struct cog_plan plan;

    cog_diags_init(&diags, "fuzz");
    json_t *doc = cog_doc_parse((const char *)bytes, size, "plan", &diags);
    if (json_is_object(doc)) {
        json_object_set_new(doc, "schema", json_string("cog/plan-1"));
        (void)cog_plan_validate(doc, &diags);
    }
    if (json_is_object(doc) && cog_plan_load(&plan, doc, &diags) == 0) {
        lower(&plan, NULL, &diags);
        lower(&plan, engine, &diags);
        cog_plan_release(&plan);
    }
    json_decref(doc);
    cog_diags_release(&diags);
    return 0;
}
