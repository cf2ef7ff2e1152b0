/* hostile.c - an engine that asks and tells too much: it is refused, and memory stays
 * small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/status.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/session.h"
#include "steps/steps.h"
#include "term/progress.h"
#include "told.h"

enum {
    CALLS = 40,
    BUDGET = 64 << 20,
    HEADERS = 5000,
};

/* Bytes in use; 0 where the sanitizers have an allocator of their own. */
static size_t used(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

struct scene {
    struct cog_diags diags;
    struct cog_session session;
    struct cog_connection *engine, *client;
    size_t refused, closed;
};

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct scene *scene = data;

    (void)call;
    scene->closed++;
    scene->refused += status->code != COG_CODE_OK;
}

static const struct cog_call_events events = {.closed = take_end};

static void settle(struct scene *scene)
{
    const unsigned char *bytes;
    ptrdiff_t size;
    bool moved = true;

    while (moved) {
        moved = false;
        while ((size = cog_connection_send(scene->engine, &bytes)) > 0) {
            moved = true;
            if (cog_connection_receive(scene->client, bytes, (size_t)size) < 0)
                return;
        }
        while ((size = cog_connection_send(scene->client, &bytes)) > 0) {
            moved = true;
            assert_int_equal(cog_connection_receive(scene->engine, bytes, (size_t)size), 0);
        }
    }
}

static int set_up(void **state)
{
    struct scene *scene = cog_alloc(sizeof *scene);

    cog_diags_init(&scene->diags, "test");
    scene->session = (struct cog_session){.diags = &scene->diags};
    scene->engine = cog_connection_client("test", false);
    scene->client = cog_connection_server(cog_session_call, &scene->session);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    cog_connection_free(scene->engine);
    cog_connection_free(scene->client);
    cog_diags_release(&scene->diags);
    free(scene);
    return 0;
}

static void refuses_large_questions(void **state)
{
    static const char *const methods[] = {"/moby.buildkit.secrets.v1.Secrets/GetSecret",
                                          "/moby.filesync.v1.Auth/Credentials",
                                          "/grpc.health.v1.Health/Check"};
    struct scene *scene = *state;
    auto_free char *question = cog_alloc(COG_CALL_MAX_QUESTION + 1);

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct cog_call *call =
            cog_call_start(scene->engine, methods[i], NULL, &events, scene);
        cog_call_send(call, question, COG_CALL_MAX_QUESTION + 1);
        settle(scene);
        assert_int_equal(scene->refused, i + 1);
    }
}

static void bounds_headers(void **state)
{
    static struct cog_metadata metadata[HEADERS + 1];
    struct scene *scene = *state;
    size_t before = used();

    for (size_t i = 0; i < HEADERS; i++)
        metadata[i] = (struct cog_metadata){"a", "b"};
    for (size_t i = 0; i < CALLS; i++)
        cog_call_start(scene->engine, "/grpc.health.v1.Health/Check", metadata, &events,
                       scene);
    settle(scene);
    assert_int_equal(scene->refused, CALLS);
    assert_true(used() < before + BUDGET);
}

/* Asks the way an engine does, and returns what the user is told; the caller frees it. */
static char *ask(struct scene *scene, const char *method, const char *header,
                 const char *name)
{
    const struct cog_metadata metadata[] = {{header, name}, {0}};
    Session__GetSecretRequest question = SESSION__GET_SECRET_REQUEST__INIT;
    struct cog_call *call =
        cog_call_start(scene->engine, method, header ? metadata : NULL, &events, scene);

    question.id = (char *)name; /* of an agent it looks the same */
    cog_call_send_message(call, &question.base);
    settle(scene);
    return told(&scene->diags);
}

static void tells_of_what_the_build_does_not_name(void **state)
{
    static const char files[] = "/moby.filesync.v1.FileSync/DiffCopy",
                      secrets[] = "/moby.buildkit.secrets.v1.Secrets/GetSecret",
                      agents[] = "/moby.sshforward.v1.SSH/CheckAgent",
                      blobs[] = "/containerd.services.content.v1.Content/Info",
                      writes[] = "/containerd.services.content.v1.Content/Write",
                      id[] = "buildkit-attachable-store-id";
    static const struct {
        const char *method, *header, *name, *told;
    } rows[] = {
        {files, "dir-name", "../../etc/passwd", "the folder \"../../etc/passwd\""},
        {files, "dir-name", "/", "the folder \"/\""},
        {files, "dir-name", "source/..", "the folder \"source/..\""},
        {files, "dir-name", "", "the folder \"\""},
        {secrets, NULL, "other", "the secret \"other\""},
        {secrets, NULL, "wanted", ""}, /* named, and not given */
        {secrets, NULL, "wanted.example", ""},
        {secrets, NULL, "HTTP_AUTH_TOKEN_files.example",
         ""}, /* BuildKit asks that always */
        {secrets, NULL, "GIT_AUTH_HEADER", ""},
        {secrets, NULL, "wantedest", "the secret \"wantedest\""},
        {agents, NULL, "other", "the SSH agent \"other\""},
        {agents, NULL, "default", ""},
        {blobs, id, "local:/etc", "the content store \"local:/etc\""},
        {blobs, NULL, "x", "the content store \"\""},
        {writes, id, "local:/cache", "the content store to write to \"local:/cache\""},
    };
    static const struct cog_store store = {"/cache", false};
    struct cog_folder folder = {.name = "source", .path = "/nowhere"};
    struct scene *scene = *state;
    json_auto_t *named = json_pack("{s:[{s:s}], s:[{s:s}]}", "secrets", "id", "wanted",
                                   "ssh", "id", "default");

    scene->session.folders = &folder;
    scene->session.folder_count = 1;
    scene->session.stores = &store;
    scene->session.store_count = 1;
    scene->session.named = named;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_free char *text = ask(scene, rows[i].method, rows[i].header, rows[i].name);
        assert_int_equal(scene->refused, i + 1);
        assert_true(!*rows[i].told == !strstr(text, "[session.unnamed]"));
        assert_non_null(strstr(text, rows[i].told));
    }
}

static void tells_no_more_than_a_few_times(void **state)
{
    enum { QUESTIONS = 1000 };
    struct scene *scene = *state;

    for (size_t i = 0; i < QUESTIONS; i++) {
        struct cog_call *call = cog_call_start(
            scene->engine, "/moby.filesync.v1.FileSync/DiffCopy", NULL, &events, scene);
        cog_call_end(call);
        settle(scene);
    }
    assert_int_equal(scene->refused, QUESTIONS);
    assert_int_equal(scene->diags.count, 10);
}

static void drop(void *data, const char *text, size_t size)
{
    (void)data, (void)text, (void)size;
}

/* A report of one step, and what it printed. */
static void report(struct cog_steps *steps, struct cog_progress *progress, char *digest,
                   char *name)
{
    Buildkit__StatusResponse report = BUILDKIT__STATUS_RESPONSE__INIT;
    Buildkit__Vertex vertex = BUILDKIT__VERTEX__INIT, *vertices[] = {&vertex};
    Buildkit__VertexLog log = BUILDKIT__VERTEX_LOG__INIT, *logs[] = {&log};
    Buildkit__Timestamp started = BUILDKIT__TIMESTAMP__INIT;

    started.seconds = 1;
    vertex.digest = log.vertex = digest;
    vertex.name = vertex.error = name;
    vertex.started = &started;
    log.msg.data = (uint8_t *)name;
    log.msg.len = strlen(name);
    report.n_vertexes = report.n_logs = 1;
    report.vertexes = vertices;
    report.logs = logs;
    json_auto_t *json = cog_status_json(&report);
    cog_steps_update(steps, json, NULL, NULL);
    cog_progress_update(progress, json, 1000);
}

static void keeps_little_of_names_and_logs(void **state)
{
    enum { STEPS = 3000, NAME = 256 << 10 };
    struct cog_steps steps = {0};
    struct cog_progress *progress = cog_progress_new(COG_PROGRESS_TTY, 80, 24, drop, NULL);
    auto_free char *name = cog_alloc(NAME + 1);
    size_t before = used();

    (void)state;
    memset(name, 'x', NAME);
    for (size_t i = 0; i < STEPS; i++) {
        auto_free char *digest = cog_printf("sha256:%zu", i);
        report(&steps, progress, digest, name);
    }
    assert_true(strlen(steps.items[0].name) <= COG_STEP_NAME);
    assert_true(steps.bytes <= COG_STEPS_BYTES);
    assert_true(used() < before + BUDGET);
    cog_steps_release(&steps);
    cog_progress_free(progress);
}

static void cuts_no_character(void **state)
{
    struct cog_steps steps = {0};
    struct cog_progress *progress = cog_progress_new(COG_PROGRESS_TTY, 80, 24, drop, NULL);
    auto_free char *name = cog_alloc(COG_STEP_NAME + 3);
    char digest[] = "sha256:0";

    (void)state;
    memset(name, 'x', COG_STEP_NAME);
    memcpy(name + COG_STEP_NAME - 1, "é", sizeof "é");
    report(&steps, progress, digest, name);
    assert_int_equal(strlen(steps.items[0].name), COG_STEP_NAME - 1);
    assert_int_equal(steps.items[0].name[COG_STEP_NAME - 2], 'x');
    cog_steps_release(&steps);
    cog_progress_free(progress);
}

static void refuses_messages_that_grow(void **state)
{
    enum { PARTS = 100000 };
    auto_free unsigned char *bytes = cog_alloc(2 * PARTS);

    (void)state;
    for (size_t i = 0; i < PARTS; i++)
        bytes[2 * i] = 1 << 3 | 2; /* an empty vertex, in two bytes */
    assert_null(
        cog_message_unpack(&buildkit__status_response__descriptor, bytes, 2 * PARTS));
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(refuses_large_questions),
        SCENE(bounds_headers),
        SCENE(tells_of_what_the_build_does_not_name),
        SCENE(tells_no_more_than_a_few_times),
        cmocka_unit_test(keeps_little_of_names_and_logs),
        cmocka_unit_test(cuts_no_character),
        cmocka_unit_test(refuses_messages_that_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
