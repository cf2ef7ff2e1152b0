/* composer.c - how stages are ordered, and what cannot be composed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <string.h>

#include "plan/composer.h"

static const struct cog_pos nowhere = {0};

/* Composes and frees `composer`; NULL when it is refused, with plan.compose. */
static json_t *compose(struct cog_composer *composer)
{
    struct cog_diags diags;

    cog_diags_init(&diags, "test");
    json_t *plan = cog_compose(composer, &diags);
    assert_int_equal(plan == NULL, diags.errors > 0);
    cog_diags_release(&diags);
    cog_composer_free(composer);
    return plan;
}

static const char *id_at(const json_t *plan, size_t index)
{
    const json_t *stage = json_array_get(json_object_get(plan, "stages"), index);
    return json_string_value(json_object_get(stage, "id"));
}

static const char *source_at(const json_t *plan, size_t index)
{
    const json_t *stage = json_array_get(json_object_get(plan, "stages"), index);
    return json_string_value(json_object_get(json_object_get(stage, "source"), "stage"));
}

static void test_order(void **state)
{
    json_auto_t *source = json_object();
    struct cog_composer *composer = cog_composer_new(source);
    struct cog_stage *last = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "last");

    (void)state;
    cog_stage_from_take(last,
                        cog_input_phase(COG_PHASE_RUNTIME)); /* has none: the one before */
    cog_stage_add(composer, COG_PHASE_APP_DEPS, "deps");
    cog_stage_add(composer, COG_PHASE_APP_DEPS, "deps-2");
    cog_stage_from_take(cog_stage_add(composer, COG_PHASE_BASE, "base"),
                        cog_input_image("python:3.13-slim"));
    cog_stage_copy(last, cog_why("test", nowhere), cog_input_phase(COG_PHASE_APP_DEPS),
                   "/a", "/a");

    json_auto_t *plan = compose(composer);
    assert_string_equal(id_at(plan, 0), "base");
    assert_null(source_at(plan, 0));
    assert_string_equal(id_at(plan, 1), "deps");
    assert_string_equal(source_at(plan, 1), "base");
    assert_string_equal(id_at(plan, 2), "deps-2");
    assert_string_equal(source_at(plan, 2), "deps");
    assert_string_equal(id_at(plan, 3), "last");
    assert_string_equal(source_at(plan, 3), "base");
    const json_t *export = json_object_get(plan, "export");
    assert_string_equal(json_string_value(json_object_get(export, "stage")), "last");
    json_auto_t *from = json_pack("{s:s}", "stage", "deps-2");
    const json_t *operations =
        json_object_get(json_array_get(json_object_get(plan, "stages"), 3), "operations");
    assert_true(json_equal(json_object_get(json_array_get(operations, 0), "from"), from));
}

static void test_same_id(void **state)
{
    json_auto_t *source = json_object();
    struct cog_composer *composer = cog_composer_new(source);

    (void)state;
    cog_stage_from_take(cog_stage_add(composer, COG_PHASE_BASE, "a"), cog_input_image("x"));
    cog_stage_add(composer, COG_PHASE_EXPORT_APP, "a");
    assert_null(compose(composer)); /* plan.compose */
}

static void test_nothing_before(void **state)
{
    json_auto_t *source = json_object();
    struct cog_composer *first = cog_composer_new(source),
                        *phase = cog_composer_new(source);

    (void)state;
    cog_stage_add(first, COG_PHASE_BASE, "a");
    assert_null(compose(first));
    cog_stage_from_take(cog_stage_add(phase, COG_PHASE_BASE, "a"),
                        cog_input_phase(COG_PHASE_BASE));
    assert_null(compose(phase));
    assert_null(compose(cog_composer_new(source)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_same_id),
        cmocka_unit_test(test_nothing_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
