/* composer.c - how stages are ordered, and what cannot be composed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "plan/composer.h"
#include "told.h"

static const struct cog_pos nowhere = {0};

static const char *const argv[] = {"true", NULL};

static json_t *why(void)
{
    return cog_why("test", nowhere);
}

/* The base that is built on, and the stage that is exported. */
static struct cog_stage *add_base(struct cog_composer *c)
{
    struct cog_stage *base = cog_stage_add(c, COG_PHASE_BASE, "base");

    cog_stage_from_take(base, cog_input_image("x"));
    return base;
}

static struct cog_stage *add_last(struct cog_composer *c)
{
    return cog_stage_add(c, COG_PHASE_EXPORT_CONFIG, "last");
}

/* Has `add` fill a composer; returns the plan, or NULL and in `text`, which the caller
 * frees, what was told. */
static json_t *composed(void (*add)(struct cog_composer *c), char **text)
{
    json_auto_t *source = json_object();
    struct cog_composer *composer = cog_composer_new(source);
    struct cog_diags diags;

    cog_diags_init(&diags, "test");
    add(composer);
    json_t *plan = cog_compose(composer, &diags);
    assert_int_equal(plan == NULL, diags.errors > 0);
    *text = told(&diags);
    cog_diags_release(&diags);
    cog_composer_free(composer);
    return plan;
}

static const json_t *stage_at(const json_t *plan, size_t index)
{
    return json_array_get(json_object_get(plan, "stages"), index);
}

static void assert_stage(const json_t *plan, size_t index, const char *id,
                         const char *source)
{
    const json_t *stage = stage_at(plan, index);
    const char *from =
        json_string_value(json_object_get(json_object_get(stage, "source"), "stage"));

    assert_string_equal(json_string_value(json_object_get(stage, "id")), id);
    assert_string_equal(from ? from : "", source);
}

static void add_ordered(struct cog_composer *c)
{
    struct cog_stage *last = add_last(c);

    cog_stage_from_take(last, cog_input_phase(COG_PHASE_RUNTIME)); /* none: that before */
    cog_stage_add(c, COG_PHASE_APP_DEPS, "deps");
    cog_stage_add(c, COG_PHASE_APP_DEPS, "deps-2");
    cog_stage_provides(add_base(c), "ground");
    cog_stage_from_take(cog_stage_add(c, COG_PHASE_COMPLETE, "beside"),
                        cog_input_provided("ground"));
    cog_stage_copy_take(last, why(), cog_input_phase(COG_PHASE_APP_DEPS), "/a", "/a");
    cog_stage_copy_take(last, why(), cog_input_stage("beside"), "/b", "/b");
    cog_exec_bind_take(cog_stage_exec_take(last, why(), argv), cog_input_provided("ground"),
                       "/c");
}

static void test_order(void **state)
{
    auto_free char *text = NULL;
    json_auto_t *plan = composed(add_ordered, &text);
    const json_t *export = json_object_get(plan, "export"), *operation;
    size_t index;

    (void)state;
    assert_stage(plan, 0, "base", "");
    assert_stage(plan, 1, "deps", "base");
    assert_stage(plan, 2, "deps-2", "deps");
    assert_stage(plan, 3, "beside", "base");
    assert_stage(plan, 4, "last", "base");
    assert_string_equal(json_string_value(json_object_get(export, "stage")), "last");
    json_auto_t *inputs = json_array();
    json_array_foreach(json_object_get(stage_at(plan, 4), "operations"), index, operation) {
        const json_t *mount = json_array_get(json_object_get(operation, "mounts"), 0);
        json_array_append(inputs, json_object_get(mount ? mount : operation, "from"));
    }
    json_auto_t *expected = json_pack("[{s:s}, {s:s}, {s:s}]", "stage", "deps-2", "stage",
                                      "beside", "stage", "base");
    assert_true(json_equal(inputs, expected));
}

/* A stage of every phase, the last phase first. */
static void add_phases(struct cog_composer *c)
{
    for (enum cog_phase phase = COG_PHASE_COUNT; phase-- > 0;)
        cog_stage_add(c, phase, cog_phase_name(phase));
    cog_stage_from_take(cog_stage_add(c, COG_PHASE_BASE, "base"), cog_input_image("x"));
}

static void test_phases(void **state)
{
    auto_free char *text = NULL;
    json_auto_t *plan = composed(add_phases, &text);

    (void)state;
    assert_null(plan); /* the first stage has nothing before it, and is the only fault */
    assert_string_equal(text, "test: error: the stage \"build.base\" begins with the stage "
                              "before it, but is the first [plan.compose]\n");
    assert_int_equal(COG_PHASE_COUNT, 12);
    for (enum cog_phase phase = 0; phase < COG_PHASE_COUNT; phase++)
        assert_int_equal(cog_phase_of(cog_phase_name(phase)), phase);
}

static void same_id(struct cog_composer *c)
{
    add_base(c);
    cog_stage_add(c, COG_PHASE_APP_DEPS, "last");
    add_last(c);
}

static void no_id(struct cog_composer *c)
{
    add_base(c);
    cog_stage_add(c, COG_PHASE_EXPORT_APP, "");
}

static void unknown_phase(struct cog_composer *c)
{
    add_base(c);
    cog_stage_add(c, (enum cog_phase)99, "lost");
}

static void unknown_phase_input(struct cog_composer *c)
{
    add_base(c);
    cog_stage_from_take(add_last(c), cog_input_phase((enum cog_phase)99));
}

static void empty_phase_input(struct cog_composer *c)
{
    cog_stage_from_take(add_last(c), cog_input_phase(COG_PHASE_RUNTIME));
}

static void own_phase_input(struct cog_composer *c)
{
    add_base(c);
    cog_stage_from_take(add_last(c), cog_input_phase(COG_PHASE_EXPORT_CONFIG));
}

static void later_phase_input(struct cog_composer *c)
{
    struct cog_stage *base = add_base(c);

    cog_stage_copy_take(base, why(), cog_input_phase(COG_PHASE_EXPORT_CONFIG), "/a", "/a");
    add_last(c);
}

static void nothing_before(struct cog_composer *c)
{
    add_last(c);
}

static void later_stage(struct cog_composer *c)
{
    cog_stage_from_take(cog_stage_add(c, COG_PHASE_BASE, "base"), cog_input_stage("last"));
    add_last(c);
}

static void own_stage(struct cog_composer *c)
{
    add_base(c);
    cog_exec_bind_take(cog_stage_exec_take(add_last(c), why(), argv),
                       cog_input_stage("last"), "/a");
}

static void provided_twice(struct cog_composer *c)
{
    cog_stage_provides(add_base(c), "ground");
    cog_stage_provides(add_last(c), "ground");
}

static void not_provided(struct cog_composer *c)
{
    cog_stage_provides(add_base(c), "ground");
    cog_stage_from_take(add_last(c), cog_input_provided("sky"));
}

static void provided_later(struct cog_composer *c)
{
    cog_stage_from_take(cog_stage_add(c, COG_PHASE_BASE, "base"),
                        cog_input_provided("sky"));
    cog_stage_provides(add_last(c), "sky");
}

static void provided_by_itself(struct cog_composer *c)
{
    struct cog_stage *last = add_last(c);

    add_base(c);
    cog_stage_provides(last, "sky");
    cog_stage_from_take(last, cog_input_provided("sky"));
}

static void no_context(struct cog_composer *c)
{
    add_base(c);
    cog_stage_copy_take(add_last(c), why(), cog_input_local("source"), "/", "/src");
}

static void no_stage(struct cog_composer *c)
{
    cog_export_tag(c, "a");
}

static void nothing_exported(struct cog_composer *c)
{
    add_base(c);
}

static void no_why(struct cog_composer *c)
{
    struct cog_stage *last = add_last(c);

    add_base(c);
    cog_stage_exec_take(last, NULL, argv);
    cog_stage_shell_take(last, json_array(), "true");
    cog_stage_copy_take(last, NULL, cog_input_stage("base"), "/a", "/a");
    cog_stage_mkdir_take(last, NULL, "/a");
}

static void no_command(struct cog_composer *c)
{
    add_base(c);
    cog_stage_exec_take(add_last(c), why(), argv + 1);
}

static void another_context(struct cog_composer *c)
{
    add_base(c);
    add_last(c);
    for (int i = 0; i < 2; i++)
        cog_context_folder_take(c, "a", ".", json_array()); /* the same: no fault */
    cog_context_parts_take(c, "a", ".", json_array(), json_array());
    cog_context_own(c, "b", "wheels");
    cog_context_given(c, "b");
    cog_context_file(c, "c", "x", "text");
    cog_context_own(c, "c", "wheels");
}

static void another_file(struct cog_composer *c)
{
    add_base(c);
    add_last(c);
    cog_context_file(c, "a", "x", "text");
    cog_context_file(c, "a", "y", "text");
    cog_context_file(c, "a", "x", "other");
    cog_context_given(c, "b");
    cog_context_file(c, "b", "z", "text");
}

static void decided_twice(struct cog_composer *c)
{
    add_base(c);
    add_last(c);
    cog_decide_take(c, "k", "1", "test", nowhere, NULL);
    cog_decide_take(c, "k", "1", "test", nowhere, NULL);
}

static void labelled_twice(struct cog_composer *c)
{
    add_base(c);
    add_last(c);
    cog_export_label(c, "a", "1");
    cog_export_label(c, "a", "1");
    cog_export_label_file(c, "b", "/b");
    cog_export_label(c, "b", "1");
    cog_export_label_file(c, "a", "/a");
}

static void exported_twice(struct cog_composer *c)
{
    add_base(c);
    add_last(c);
    for (int i = 0; i < 2; i++) {
        cog_export_tag(c, "a");
        cog_export_image_take(c, json_object());
    }
}

static void test_refusals(void **state)
{
    static const struct {
        void (*add)(struct cog_composer *c);
        const char *told; /* a line each */
    } cases[] = {
        {same_id, "the stage \"last\" has the id of another\n"},
        {no_id, "the stage \"\" has no id\n"},
        {unknown_phase, "the stage \"lost\" stands in no phase\n"},
        {unknown_phase_input, "the stage \"last\" names a phase that does not exist\n"},
        {empty_phase_input,
         "the stage \"last\" finds nothing in or before the phase \"build.runtime\"\n"},
        {own_phase_input,
         "the stage \"last\" stands itself in or before the phase \"export.config\"\n"},
        {later_phase_input,
         "the stage \"base\" stands itself in or before the phase \"export.config\"\n"},
        {nothing_before,
         "the stage \"last\" begins with the stage before it, but is the first\n"},
        {later_stage,
         "the stage \"base\" names a stage that does not stand before it: \"last\"\n"},
        {own_stage,
         "the stage \"last\" names a stage that does not stand before it: \"last\"\n"},
        {provided_twice, "the stage \"last\" provides what another does: \"ground\"\n"},
        {not_provided, "the stage \"last\" needs what no stage provides: \"sky\"\n"},
        {provided_later,
         "the stage \"base\" stands itself at or before what provides \"sky\"\n"},
        {provided_by_itself,
         "the stage \"last\" stands itself at or before what provides \"sky\"\n"},
        {no_context,
         "the stage \"last\" names a context that nobody defines: \"source\"\n"},
        {no_stage, "no block added a stage\n"},
        {nothing_exported, "no stage is exported: none stands in an export phase\n"},
        {no_why, "the stage \"last\" gives no reason for its \"exec\"\n"
                 "the stage \"last\" gives no reason for its \"exec\"\n"
                 "the stage \"last\" gives no reason for its \"copy\"\n"
                 "the stage \"last\" gives no reason for its \"mkdir\"\n"},
        {no_command, "the stage \"last\" has an exec without a command\n"},
        {another_context, "the context \"a\" is set twice\n"
                          "the context \"b\" is set twice\n"
                          "the context \"c\" is set twice\n"},
        {another_file, "the file \"x\" is set twice\n"
                       "the context \"b\" is set twice\n"},
        {decided_twice, "the decision \"k\" is set twice\n"},
        {labelled_twice, "the label \"a\" is set twice\n"
                         "the label \"b\" is set twice\n"
                         "the label \"a\" is set twice\n"},
        {exported_twice, "the tag \"a\" is set twice\n"
                         "the export's \"image\" is set twice\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text = NULL, *expected = cog_strdup("");
        const char *line = cases[i].told;
        assert_null(composed(cases[i].add, &text));
        while (*line) {
            char *more = cog_printf("%stest: error: %.*s [plan.compose]\n", expected,
                                    (int)strcspn(line, "\n"), line);
            free(expected);
            expected = more;
            line += strcspn(line, "\n") + 1;
        }
        assert_string_equal(text, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_phases),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
