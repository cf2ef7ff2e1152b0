/* connection.c - a client and a server back to back, in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "grpc/call.h"

enum {
    PIECES = 200,
    PIECE = 32 << 10,
};

/* What the two ends saw. */
struct scene {
    struct cog_connection *client, *server;
    struct cog_call *served;
    size_t received, messages, sent, closed, server_closed, in_flight;
    int code;
    char *text, *method, *note;
};

/* Moves what `from` has to say to `to`; returns the bytes. */
static size_t carry(struct cog_connection *from, struct cog_connection *to)
{
    const unsigned char *bytes;
    size_t total = 0;

    for (ptrdiff_t size; (size = cog_connection_send(from, &bytes)) > 0;) {
        total += (size_t)size;
        assert_int_equal(cog_connection_receive(to, bytes, (size_t)size), 0);
    }
    return total;
}

static void settle(struct scene *scene)
{
    while (carry(scene->client, scene->server) + carry(scene->server, scene->client) > 0)
        ;
}

static void client_message(void *data, struct cog_call *call, const unsigned char *bytes,
                           size_t size)
{
    struct scene *scene = data;

    (void)call, (void)bytes;
    scene->received += size;
    scene->messages++;
}

static void client_closed(void *data, struct cog_call *call,
                          const struct cog_status *status)
{
    struct scene *scene = data;

    (void)call;
    scene->closed++;
    scene->code = status->code;
    free(scene->text);
    scene->text = cog_strdup(status->message);
}

static const struct cog_call_events client_events = {
    .message = client_message,
    .closed = client_closed,
};

static void server_closed(void *data, struct cog_call *call,
                          const struct cog_status *status)
{
    (void)call, (void)status;
    ((struct scene *)data)->server_closed++;
}

static void server_drained(void *data, struct cog_call *call)
{
    static const unsigned char piece[PIECE];
    struct scene *scene = data;

    if (scene->sent++ < PIECES)
        cog_call_send(call, piece, sizeof piece);
    else
        cog_call_finish(call, COG_CODE_OK, NULL);
}

static void server_echo(void *data, struct cog_call *call, const unsigned char *bytes,
                        size_t size)
{
    (void)data;
    cog_call_send(call, bytes, size);
}

static void server_ended(void *data, struct cog_call *call)
{
    (void)data;
    cog_call_finish(call, COG_CODE_NOT_FOUND, "n\xc3\xb6t 100%");
}

static const struct cog_call_events stream_events = {.drained = server_drained,
                                                     .closed = server_closed};
static const struct cog_call_events echo_events = {
    .message = server_echo, .ended = server_ended, .closed = server_closed};
static const struct cog_call_events silent_events = {.closed = server_closed};

static void serve(void *data, struct cog_call *call, const char *method)
{
    struct scene *scene = data;
    const char *note = cog_call_metadata(call, "note", 1);

    free(scene->method);
    scene->method = cog_strdup(method);
    free(scene->note);
    scene->note = note ? cog_strdup(note) : NULL;
    scene->served = call;
    if (strcmp(method, "/test/Stream") == 0)
        cog_call_handle(call, &stream_events, scene);
    else if (strcmp(method, "/test/Echo") == 0)
        cog_call_handle(call, &echo_events, scene);
    else if (strcmp(method, "/test/Silent") == 0)
        cog_call_handle(call, &silent_events, scene);
}

static int set_up(void **state)
{
    struct scene *scene = cog_alloc(sizeof *scene);

    scene->client = cog_connection_client("test", false);
    scene->server = cog_connection_server(serve, scene);
    scene->code = -1;
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    cog_connection_free(scene->client);
    cog_connection_free(scene->server);
    free(scene->text);
    free(scene->method);
    free(scene->note);
    free(scene);
    return 0;
}

static struct cog_call *start(struct scene *scene, const char *method)
{
    static const struct cog_metadata metadata[] = {{"note", "a"}, {"note", "b"}, {0}};

    return cog_call_start(scene->client, method, metadata, &client_events, scene);
}

static void carries_messages_metadata_and_status(void **state)
{
    struct scene *scene = *state;
    struct cog_call *call = start(scene, "/test/Echo");

    cog_call_send(call, "", 0);
    cog_call_send(call, "abc", 3);
    settle(scene);
    assert_int_equal(scene->messages, 2);
    assert_int_equal(scene->received, 3);
    assert_int_equal(scene->closed, 0);
    cog_call_end(call);
    settle(scene);
    assert_int_equal(scene->closed, 1);
    assert_int_equal(scene->server_closed, 1);
    assert_int_equal(scene->code, COG_CODE_NOT_FOUND);
    assert_string_equal(scene->text, "n\xc3\xb6t 100%");
    assert_string_equal(scene->method, "/test/Echo");
    assert_string_equal(scene->note, "b");
}

static void answers_unknown_methods(void **state)
{
    struct scene *scene = *state;

    cog_call_end(start(scene, "/test/Nothing"));
    settle(scene);
    assert_int_equal(scene->code, COG_CODE_UNIMPLEMENTED);
    assert_int_equal(scene->messages, 0);
}

static void produces_on_demand(void **state)
{
    struct scene *scene = *state;
    const unsigned char *bytes;
    size_t unread = 0;

    cog_call_end(start(scene, "/test/Stream"));
    carry(scene->client, scene->server);
    /* the client does not listen: the server stops at the window, 64 KiB */
    for (ptrdiff_t size; (size = cog_connection_send(scene->server, &bytes)) > 0;) {
        unread += (size_t)size;
        assert_int_equal(cog_connection_receive(scene->client, bytes, (size_t)size), 0);
    }
    assert_true(unread < 3 * PIECE);
    assert_true(scene->sent <= 4);
    settle(scene);
    assert_int_equal(scene->messages, PIECES);
    assert_int_equal(scene->received, (size_t)PIECES * PIECE);
    assert_int_equal(scene->code, COG_CODE_OK);
}

static void cancels(void **state)
{
    struct scene *scene = *state;
    struct cog_call *call = start(scene, "/test/Silent");

    settle(scene);
    cog_call_cancel(call);
    settle(scene);
    assert_int_equal(scene->code, COG_CODE_CANCELLED);
    assert_int_equal(scene->server_closed, 1);
}

static void loses_the_connection(void **state)
{
    struct scene *scene = *state;

    start(scene, "/test/Silent");
    settle(scene);
    cog_connection_lose(scene->client, "gone");
    assert_int_equal(scene->code, COG_CODE_UNAVAILABLE);
    assert_string_equal(scene->text, "gone");
    assert_true(cog_connection_over(scene->client));
}

static void refuses_what_is_not_http2(void **state)
{
    struct scene *scene = *state;
    static const char reply[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    assert_int_equal(cog_connection_receive(scene->server, reply, sizeof reply - 1), -1);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(carries_messages_metadata_and_status),
        SCENE(answers_unknown_methods),
        SCENE(produces_on_demand),
        SCENE(cancels),
        SCENE(loses_the_connection),
        SCENE(refuses_what_is_not_http2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
