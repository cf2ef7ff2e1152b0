/* agent.c - what a build may ask an SSH agent, and how the questions travel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/session.h"

/* An engine, a session and an agent in one process, the last one played by the test. */
struct scene {
    struct cog_agent agent;
    struct cog_session session;
    struct cog_connection *asker, *answerer;
    struct cog_call *call;
    char folder[64], *path;
    int listener, agent_fd;
    unsigned char said[512]; /* to the engine */
    size_t said_size;
    int code; /* how the call ended; -1: it did not */
};

static void take(void *data, struct cog_call *call, const unsigned char *bytes, size_t size)
{
    struct scene *scene = data;
    Session__BytesMessage *message =
        (void *)cog_message_unpack(&session__bytes_message__descriptor, bytes, size);

    (void)call;
    assert_non_null(message);
    assert_true(scene->said_size + message->data.len <= sizeof scene->said);
    if (message->data.len)
        memcpy(scene->said + scene->said_size, message->data.data, message->data.len);
    scene->said_size += message->data.len;
    cog_message_free(&message->base);
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct scene *scene = data;

    (void)call;
    scene->code = status->code;
    scene->call = NULL;
}

static const struct cog_call_events events = {.message = take, .closed = take_end};

/* Carries bytes until neither side has any. */
static void carry(struct scene *scene)
{
    const unsigned char *bytes;
    ptrdiff_t size;
    bool moved = true;

    while (moved) {
        moved = false;
        cog_session_advance(&scene->session);
        while ((size = cog_connection_send(scene->asker, &bytes)) > 0) {
            assert_int_equal(cog_connection_receive(scene->answerer, bytes, (size_t)size),
                             0);
            moved = true;
        }
        while ((size = cog_connection_send(scene->answerer, &bytes)) > 0) {
            assert_int_equal(cog_connection_receive(scene->asker, bytes, (size_t)size), 0);
            moved = true;
        }
    }
}

static void start(struct scene *scene, const char *method, const char *id)
{
    const struct cog_metadata metadata[] = {{"buildkit.ssh.id", id}, {0}};

    scene->code = -1;
    scene->call = cog_call_start(scene->asker, method, metadata, &events, scene);
}

static void ask(struct scene *scene, const void *bytes, size_t size)
{
    Session__BytesMessage message = SESSION__BYTES_MESSAGE__INIT;

    message.data.data = (uint8_t *)bytes;
    message.data.len = size;
    cog_call_send_message(scene->call, &message.base);
    carry(scene);
}

static int open_scene(void **state)
{
    struct scene *scene = cog_alloc(sizeof *scene);
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memcpy(scene->folder, "/tmp/cog-agent-XXXXXX", sizeof "/tmp/cog-agent-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    scene->path = cog_printf("%s/agent", scene->folder);
    memcpy(address.sun_path, scene->path, strlen(scene->path));
    scene->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(scene->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(scene->listener, 1), 0);
    scene->agent = (struct cog_agent){"default", scene->path};
    scene->session = (struct cog_session){.agents = &scene->agent, .agent_count = 1};
    scene->agent_fd = -1;
    scene->asker = cog_connection_client("engine", false);
    scene->answerer = cog_connection_server(cog_session_call, &scene->session);
    *state = scene;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;

    cog_connection_free(scene->answerer);
    cog_connection_free(scene->asker);
    assert_null(scene->session.forwards);
    if (scene->agent_fd >= 0)
        close(scene->agent_fd);
    close(scene->listener);
    unlink(scene->path);
    rmdir(scene->folder);
    free(scene->path);
    free(scene);
    return 0;
}

static void talk(struct scene *scene)
{
    start(scene, "/moby.sshforward.v1.SSH/ForwardAgent", "default");
    carry(scene);
    scene->agent_fd = accept(scene->listener, NULL, NULL);
    assert_true(scene->agent_fd >= 0);
}

static const unsigned char list[] = {0, 0, 0, 1, 11},
                           answer[] = {0, 0, 0, 5, 12, 0, 0, 0, 0},
                           sign[] = {0, 0, 0, 3, 13, 1, 2}, remove_all[] = {0, 0, 0, 1, 19},
                           failure[] = {0, 0, 0, 1, 5};

/* What the agent was asked since the last time. */
static void assert_asked(struct scene *scene, const void *bytes, size_t size)
{
    unsigned char got[512];

    assert_int_equal(recv(scene->agent_fd, got, sizeof got, MSG_DONTWAIT), (ssize_t)size);
    assert_memory_equal(got, bytes, size);
}

static void asks_in_any_pieces(void **state)
{
    struct scene *scene = *state;

    talk(scene);
    for (size_t i = 0; i < sizeof list; i++)
        ask(scene, list + i, 1);
    assert_asked(scene, list, sizeof list);
    for (size_t i = 0; i < sizeof answer; i++) {
        assert_int_equal(scene->said_size, 0);
        assert_int_equal(send(scene->agent_fd, answer + i, 1, 0), 1);
        carry(scene);
    }
    assert_int_equal(scene->said_size, sizeof answer);
    assert_memory_equal(scene->said, answer, sizeof answer);
    cog_call_end(scene->call);
    carry(scene);
    assert_int_equal(scene->code, COG_CODE_OK);
}

static void refuses_all_but_keys_and_signatures_in_order(void **state)
{
    struct scene *scene = *state;
    unsigned char all[sizeof list + sizeof remove_all + sizeof sign];

    memcpy(all, list, sizeof list);
    memcpy(all + sizeof list, remove_all, sizeof remove_all);
    memcpy(all + sizeof list + sizeof remove_all, sign, sizeof sign);
    talk(scene);
    ask(scene, all, sizeof all);
    assert_asked(scene, list, sizeof list); /* and no more before it has answered */
    assert_int_equal(send(scene->agent_fd, answer, sizeof answer, 0), sizeof answer);
    carry(scene);
    assert_asked(scene, sign, sizeof sign);
    assert_int_equal(scene->said_size, sizeof answer + sizeof failure);
    assert_memory_equal(scene->said + sizeof answer, failure, sizeof failure);
}

static void polls_for_what_it_waits_for(void **state)
{
    struct scene *scene = *state;
    struct pollfd polls[COG_SESSION_MAX_POLLS];

    assert_int_equal(cog_session_poll(&scene->session, polls), 0);
    talk(scene);
    assert_int_equal(cog_session_poll(&scene->session, polls), 1);
    assert_int_equal(polls[0].events, POLLIN);
    close(scene->agent_fd);
    scene->agent_fd = -1;
    carry(scene);
    assert_int_equal(scene->code, COG_CODE_UNAVAILABLE);
    assert_int_equal(cog_session_poll(&scene->session, polls), 0);
}

static void gives_up_on_endless_messages(void **state)
{
    static const unsigned char huge[] = {0xff, 0xff, 0xff, 0xff};
    static const unsigned char more[32 << 10] = {11};
    struct scene *scene = *state;

    talk(scene);
    ask(scene, huge, sizeof huge);
    for (int i = 0; i < 16 && scene->code < 0; i++)
        ask(scene, more, sizeof more);
    assert_int_equal(scene->code, COG_CODE_INVALID_ARGUMENT);
}

static void knows_its_agents(void **state)
{
    struct scene *scene = *state;
    Session__CheckAgentRequest question = SESSION__CHECK_AGENT_REQUEST__INIT;
    static const struct {
        const char *id;
        int code;
    } rows[] = {{"default", COG_CODE_OK}, {"", COG_CODE_OK}, {"other", COG_CODE_NOT_FOUND}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start(scene, "/moby.sshforward.v1.SSH/CheckAgent", "");
        question.id = (char *)rows[i].id;
        cog_call_send_message(scene->call, &question.base);
        cog_call_end(scene->call);
        carry(scene);
        assert_int_equal(scene->code, rows[i].code);
    }
    start(scene, "/moby.sshforward.v1.SSH/ForwardAgent", "other");
    carry(scene);
    assert_int_equal(scene->code, COG_CODE_UNAVAILABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asks_in_any_pieces),
        TEST(refuses_all_but_keys_and_signatures_in_order),
        TEST(polls_for_what_it_waits_for),
        TEST(gives_up_on_endless_messages),
        TEST(knows_its_agents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
