/* answers.c - an engine gets the credentials and secrets that it may have, and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/inputs.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/session.h"

/* What came for a question: "USER SECRET", a secret's bytes, or "refused". */
struct answer {
    const char *method;
    char *text;
};

static void take_message(void *data, struct cog_call *call, const unsigned char *bytes,
                         size_t size)
{
    struct answer *answer = data;

    (void)call;
    if (strstr(answer->method, "Credentials")) {
        Session__CredentialsResponse *found = (void *)cog_message_unpack(
            &session__credentials_response__descriptor, bytes, size);
        answer->text = cog_printf("%s %s", found->username, found->secret);
        cog_message_free(&found->base);
    } else {
        Session__GetSecretResponse *found = (void *)cog_message_unpack(
            &session__get_secret_response__descriptor, bytes, size);
        answer->text = found->data.len
                           ? cog_strndup((char *)found->data.data, found->data.len)
                           : cog_strdup("");
        cog_message_free(&found->base);
    }
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct answer *answer = data;

    (void)call;
    if (status->code != COG_CODE_OK)
        answer->text = cog_strdup("refused");
}

/* Hands bytes to and fro until nobody has any. */
static void settle(struct cog_connection *engine, struct cog_connection *client)
{
    const unsigned char *bytes;
    ptrdiff_t size;

    for (bool moved = true; moved;) {
        moved = false;
        for (int turn = 0; turn < 2; turn++)
            while ((size = cog_connection_send(turn ? engine : client, &bytes)) > 0) {
                moved = true;
                assert_int_equal(
                    cog_connection_receive(turn ? client : engine, bytes, (size_t)size), 0);
            }
    }
}

/* What an engine is answered; the caller frees it. */
static char *ask(const char *method, const ProtobufCMessage *question)
{
    static const struct cog_credential credentials[] = {
        {"registry-1.docker.io", "hub", "pass"}, {"ghcr.io", "me", "pa:ss"}};
    static const struct cog_secret secrets[] = {{"token", "hunter2", 7}, {"empty", "", 0}};
    static const struct cog_call_events events = {.message = take_message,
                                                  .closed = take_end};
    struct cog_session session = {.credentials = credentials,
                                  .credential_count = 2,
                                  .secrets = secrets,
                                  .secret_count = 2};
    struct cog_connection *engine = cog_connection_client("test", false);
    struct cog_connection *client = cog_connection_server(cog_session_call, &session);
    struct answer answer = {.method = method};

    struct cog_call *call = cog_call_start(engine, method, NULL, &events, &answer);
    cog_call_send_message(call, question);
    cog_call_end(call);
    settle(engine, client);
    cog_connection_free(engine);
    cog_connection_free(client);
    return answer.text;
}

static void credentials_are_for_their_host(void **state)
{
    static const char *const rows[][2] = {
        {"ghcr.io", "me pa:ss"},
        {"registry-1.docker.io", "hub pass"},
        {"evil.example", " "},
        {"ghcr.io.evil.example", " "},
        {"ghcr.i", " "},
        {"ghcr.io:443", " "},
        {"", " "},
        {"docker.io", " "},
        {"ghcr.io\n", " "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Session__CredentialsRequest question = SESSION__CREDENTIALS_REQUEST__INIT;
        question.host = (char *)rows[i][0];
        auto_free char *text = ask("/moby.filesync.v1.Auth/Credentials", &question.base);
        assert_string_equal(text, rows[i][1]);
    }
}

static void secrets_go_by_their_names(void **state)
{
    static const char *const rows[][2] = {
        {"token", "hunter2"},  {"empty", ""},   {"toke", "refused"},
        {"tokens", "refused"}, {"", "refused"}, {"/etc/passwd", "refused"},
        {"TOKEN", "refused"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Session__GetSecretRequest question = SESSION__GET_SECRET_REQUEST__INIT;
        question.id = (char *)rows[i][0];
        auto_free char *text =
            ask("/moby.buildkit.secrets.v1.Secrets/GetSecret", &question.base);
        assert_string_equal(text, rows[i][1]);
    }
}

static void only_what_the_build_names_is_kept(void **state)
{
    struct cog_build_inputs inputs = {0};
    struct cog_diags diags;
    json_auto_t *doc = json_pack("{s:[{s:s}], s:[{s:s}]}", "secrets", "id", "named", "ssh",
                                 "id", "default");

    (void)state;
    cog_diags_init(&diags, "test");
    for (int i = 0; i < 3; i++) {
        static const char *const ids[] = {"other", "named", "third"};
        assert_int_equal(
            cog_build_inputs_add_secret_take(&inputs, ids[i], cog_strdup("s"), 1, &diags),
            0);
    }
    cog_build_inputs_add_agent(&inputs, "other", "/a");
    cog_build_inputs_add_agent(&inputs, "default", "/b");
    cog_build_inputs_keep_named(&inputs, doc);
    assert_int_equal(inputs.secret_count, 1);
    assert_string_equal(inputs.secrets[0].id, "named");
    assert_int_equal(inputs.agent_count, 1);
    assert_string_equal(inputs.agents[0].socket, "/b");
    cog_build_inputs_release(&inputs);
    cog_diags_release(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_build_names_is_kept),
        cmocka_unit_test(credentials_are_for_their_host),
        cmocka_unit_test(secrets_go_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
