/* content.c - an engine reads and writes the blobs of the folders that a build names, and
 * of no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/session.h"

#define CONTENT(method) "/containerd.services.content.v1.Content/" method

/* How a call ended, and the bytes or the last offset that came. */
struct answer {
    enum cog_code code;
    char data[64];
    int64_t offset;
    bool reads;
};

static void take_message(void *data, struct cog_call *call, const unsigned char *bytes,
                         size_t size)
{
    struct answer *answer = data;

    (void)call;
    if (answer->reads) {
        Session__ReadContentResponse *reply = (void *)cog_message_unpack(
            &session__read_content_response__descriptor, bytes, size);
        memcpy(answer->data, reply->data.data, reply->data.len);
        cog_message_free(&reply->base);
    } else {
        Session__WriteContentResponse *reply = (void *)cog_message_unpack(
            &session__write_content_response__descriptor, bytes, size);
        answer->offset = reply->offset;
        cog_message_free(&reply->base);
    }
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    (void)call;
    ((struct answer *)data)->code = (enum cog_code)status->code;
}

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

/* What an engine gets for its messages, in a folder where "kept" may be written to and
 * "given" read. */
static struct answer ask(const char *method, const char *store,
                         const ProtobufCMessage *const *messages)
{
    static const struct cog_store stores[] = {{"kept", true}, {"given", false}};
    static const struct cog_call_events events = {.message = take_message,
                                                  .closed = take_end};
    const struct cog_metadata metadata[] = {{"buildkit-attachable-store-id", store}, {0}};
    struct cog_diags diags;
    struct cog_session session = {.stores = stores, .store_count = 2, .diags = &diags};
    struct cog_connection *engine = cog_connection_client("test", false);
    struct cog_connection *client = cog_connection_server(cog_session_call, &session);
    struct answer answer = {.reads = strstr(method, "Read")};

    cog_diags_init(&diags, "test");
    struct cog_call *call = cog_call_start(engine, method, metadata, &events, &answer);
    for (; *messages; messages++)
        cog_call_send_message(call, *messages);
    cog_call_end(call);
    settle(engine, client);
    cog_connection_free(engine);
    cog_connection_free(client);
    cog_diags_release(&diags);
    return answer;
}

/* Writes "hello" in two pieces as the blob `expected`. */
static struct answer write_hello(const char *store, const char *expected, int64_t second)
{
    Session__WriteContentRequest pieces[3] = {SESSION__WRITE_CONTENT_REQUEST__INIT,
                                              SESSION__WRITE_CONTENT_REQUEST__INIT,
                                              SESSION__WRITE_CONTENT_REQUEST__INIT};
    const ProtobufCMessage *messages[] = {&pieces[0].base, &pieces[1].base, &pieces[2].base,
                                          NULL};

    pieces[0].expected = pieces[2].expected = (char *)expected;
    pieces[0].total = pieces[2].total = 5;
    pieces[1].action = SESSION__WRITE_CONTENT_REQUEST__ACTION__WRITE;
    pieces[1].data = (ProtobufCBinaryData){3, (uint8_t *)"hel"};
    pieces[2].action = SESSION__WRITE_CONTENT_REQUEST__ACTION__COMMIT;
    pieces[2].offset = second;
    pieces[2].data = (ProtobufCBinaryData){2, (uint8_t *)"lo"};
    return ask(CONTENT("Write"), store, messages);
}

static struct answer read_part(const char *store, const char *digest, int64_t offset)
{
    Session__ReadContentRequest part = SESSION__READ_CONTENT_REQUEST__INIT;
    const ProtobufCMessage *messages[] = {&part.base, NULL};

    part.digest = (char *)digest;
    part.offset = offset;
    part.size = 3;
    return ask(CONTENT("Read"), store, messages);
}

static void blobs_go_in_and_out(void **state)
{
    auto_free char *digest = cog_sha256("hello", 5);

    (void)state;
    struct answer answer = write_hello("local:kept", digest, 3);
    assert_int_equal(answer.code, COG_CODE_OK);
    assert_int_equal(answer.offset, 5);
    assert_int_equal(write_hello("local:kept", digest, 3).code, COG_CODE_ALREADY_EXISTS);
    answer = read_part("local:kept", digest, 1);
    assert_int_equal(answer.code, COG_CODE_OK);
    assert_string_equal(answer.data, "ell");
    assert_int_not_equal(read_part("local:kept", digest, 6).code, COG_CODE_OK);
    assert_int_not_equal(read_part("local:kept", digest, -1).code, COG_CODE_OK);
}

static void what_is_wrong_leaves_nothing(void **state)
{
    auto_free char *other = cog_sha256("other", 5), *digest = cog_sha256("hello", 5);
    static const char *const names[] = {"sha256:../../index.json", "../outside", "",
                                        "sha512:00", "sha256:"};

    (void)state;
    assert_int_not_equal(write_hello("local:kept", other, 3).code, COG_CODE_OK);
    assert_int_not_equal(write_hello("local:kept", digest, 0).code, COG_CODE_OK);
    assert_int_not_equal(access("kept/ingest", F_OK), 0);
    assert_int_equal(write_hello("local:given", digest, 3).code, COG_CODE_NOT_FOUND);
    assert_int_equal(write_hello("local:elsewhere", digest, 3).code, COG_CODE_NOT_FOUND);
    assert_int_equal(write_hello("kept", digest, 3).code, COG_CODE_NOT_FOUND);
    assert_int_not_equal(access("given", F_OK), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_not_equal(read_part("local:kept", names[i], 0).code, COG_CODE_OK);
    assert_int_equal(read_part("local:kept", other, 0).code, COG_CODE_NOT_FOUND);
}

static int enter(void **state)
{
    static char folder[] = "/tmp/cog-content-XXXXXX";

    if (!mkdtemp(folder))
        return -1;
    *state = folder;
    return chdir(folder);
}

static int leave(void **state)
{
    auto_free char *digest = cog_sha256("hello", 5);
    auto_free char *blob = cog_printf("kept/blobs/sha256/%s", digest + 7);

    (void)unlink(blob);
    return rmdir("kept/blobs/sha256") | rmdir("kept/blobs") | rmdir("kept") | rmdir(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_leaves_nothing),
        cmocka_unit_test(blobs_go_in_and_out),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
