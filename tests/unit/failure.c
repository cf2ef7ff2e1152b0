/* failure.c - which step is blamed, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/failure.h"
#include "buildkit/status.h"

/* Reports the failure and returns what is printed; the caller frees it. */
static char *told(const struct cog_steps *steps, const char *message, const char *vertices)
{
    struct cog_diags diags;
    struct cog_status status = {.code = COG_CODE_UNKNOWN, .message = (char *)message};
    json_auto_t *json = vertices ? json_loads(vertices, 0, NULL) : NULL;
    char *text = cog_alloc(4096);
    int pipe_fds[2], saved = dup(STDERR_FILENO);

    cog_diags_init(&diags, "test");
    assert_int_equal(cog_failure_report(steps, &status, json, &diags), -1);
    assert_int_equal(pipe(pipe_fds), 0);
    assert_true(dup2(pipe_fds[1], STDERR_FILENO) >= 0);
    cog_diags_flush(&diags);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(pipe_fds[1]);
    assert_true(read(pipe_fds[0], text, 4095) > 0);
    close(pipe_fds[0]);
    cog_diags_release(&diags);
    return text;
}

static void report(struct cog_steps *steps, const char *digest, const char *error,
                   const char *log)
{
    Buildkit__Timestamp start = BUILDKIT__TIMESTAMP__INIT;
    Buildkit__Vertex vertex = BUILDKIT__VERTEX__INIT, *vertexes[] = {&vertex};
    Buildkit__VertexLog line = BUILDKIT__VERTEX_LOG__INIT, *logs[] = {&line};
    Buildkit__StatusResponse response = BUILDKIT__STATUS_RESPONSE__INIT;

    start.seconds = 1;
    vertex.digest = line.vertex = (char *)digest;
    vertex.name = (char *)digest;
    vertex.error = (char *)error;
    vertex.started = &start;
    line.msg.data = (uint8_t *)log;
    line.msg.len = strlen(log);
    response.n_vertexes = response.n_logs = 1;
    response.vertexes = vertexes;
    response.logs = logs;
    json_auto_t *json = cog_status_json(&response);
    cog_steps_update(steps, json, NULL, NULL);
}

static const char vertices[] =
    "{\"pip\":{\"why\":[{\"at\":\"requirements.txt:1\",\"subject\":\"pillow==1\"},"
    "{\"at\":\"requirements.txt:2\",\"subject\":\"No_Such.Pkg[extra]>=1\"}]}}";

static void blames_the_line_that_the_output_names(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    report(&steps, "other", "", "");
    report(&steps, "gone", "x: context canceled", "");
    report(&steps, "pip", "run [exit code: 9]: exit code: 1",
           "pillow-simd is fine\nno match for no-such-pkg.\n");
    auto_free char *text = told(&steps, "rpc error", vertices);
    assert_string_equal(
        text, "requirements.txt:2: error: the step \"pip\" failed with exit code: "
              "1; it said\n    pillow-simd is fine\n    no match for "
              "no-such-pkg.\n    [build.step]\n");
    cog_steps_release(&steps);
}

static void blames_the_first_line_else(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    report(&steps, "pip", "exit code: 137", "");
    auto_free char *text = told(&steps, "", vertices);
    assert_string_equal(
        text, "requirements.txt:1: error: the step \"pip\" failed with exit code: 137 "
              "[build.step]\n");
    cog_steps_release(&steps);
}

static void tells_the_last_ten_lines(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    for (int i = 0; i < 30; i++) {
        auto_free char *line = cog_printf("line %d\n", i);
        report(&steps, "a", "", line);
    }
    report(&steps, "a", "exit code: 2", "no end");
    auto_free char *text = told(&steps, "", NULL);
    assert_null(strstr(text, "line 20\n"));
    assert_non_null(strstr(text, "line 21\n"));
    assert_non_null(strstr(text, "\n    no end\n"));
    cog_steps_release(&steps);
}

static void unwraps_the_engine_s_errors(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    auto_free char *text =
        told(&steps, "rpc error: code = Unknown desc = rpc error: code = 2 desc = no space",
             NULL);
    assert_string_equal(text, "test: error: the build failed: no space [engine.build]\n");
    report(&steps, "image", "docker.io/library/x:y: not found", "");
    auto_free char *missing = told(&steps, "", NULL);
    assert_string_equal(missing, "test: error: the step \"image\" failed: "
                                 "docker.io/library/x:y: not found [build.missing]\n");
    cog_steps_release(&steps);
    report(&steps, "exporting to image",
           "failed to prepare extraction snapshot \"extract-1\": parent snapshot sha256:01 "
           "does not exist: not found",
           "");
    auto_free char *removed = told(&steps, "", NULL);
    assert_non_null(strstr(removed, "does not exist: not found [engine.build]\n"));
    cog_steps_release(&steps);
}

static void names_what_an_old_engine_lacks(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    auto_free char *text = told(
        &steps, "rpc error: code = 2 desc = unknown API capability exec.secretenv", NULL);
    assert_string_equal(text,
                        "test: error: the engine's BuildKit is too old for this build: "
                        "it lacks the capability \"exec.secretenv\"; cog-llb --engine "
                        "tells what needs it [engine.capability]\n");
    cog_steps_release(&steps);
}

static void blames_no_step_that_was_stopped(void **state)
{
    struct cog_steps steps = {0};

    (void)state;
    report(&steps, "git one", "failed to fetch: signal: terminated", "");
    report(&steps, "git two", "failed to fetch: exit status 128", "no such repository\n");
    auto_free char *text = told(&steps, "", NULL);
    assert_string_equal(text, "test: error: the step \"git two\" failed: failed to fetch: "
                              "exit status 128; it said\n    no such repository\n    "
                              "[engine.build]\n");
    cog_steps_release(&steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blames_the_line_that_the_output_names),
        cmocka_unit_test(blames_the_first_line_else),
        cmocka_unit_test(tells_the_last_ten_lines),
        cmocka_unit_test(unwraps_the_engine_s_errors),
        cmocka_unit_test(names_what_an_old_engine_lacks),
        cmocka_unit_test(blames_no_step_that_was_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
