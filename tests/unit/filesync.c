/* filesync.c - a session that is asked for a folder, back to back with the asker, in
 * memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "grpc/message.h"
#include "session.pb-c.h"
#include "session/entry.h"
#include "session/session.h"

enum {
    LARGE = 200000, /* bytes of a file that needs several packets */
    MANY = 3000,    /* files whose announcement takes several windows */
};

static char root[] = "/tmp/cog-filesync-XXXXXX";

struct scene {
    struct cog_diags diags;
    struct cog_folder folder;
    struct cog_session session;
    struct cog_connection *asker, *answerer;
    struct cog_call *call;
    char *list; /* what was announced, a line an entry */
    size_t list_size, bytes, ends, stats;
    FILE *stream;
    bool listed, fin, error, closed;
    bool eager; /* asks for the first file when it hears of it */
    bool early; /* and has got it before the last one was announced */
    int code;
};

static void write_file(const char *name, size_t size)
{
    auto_free char *path = cog_printf("%s/%s", root, name);
    auto_free char *bytes = cog_alloc(size);
    auto_close int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0640);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
}

static int make_folder(void **state)
{
    static const struct timespec times[2] = {{.tv_sec = 7}, {.tv_sec = 7, .tv_nsec = 5}};

    (void)state;
    if (!mkdtemp(root))
        return -1;
    auto_free char *from = cog_printf("%s/large", root),
                   *to = cog_printf("%s/second", root);
    auto_free char *link = cog_printf("%s/soft", root);
    write_file("empty", 0);
    write_file("large", LARGE);
    return utimensat(AT_FDCWD, from, times, 0) | (symlink("large", link) < 0) |
           (linkat(AT_FDCWD, from, AT_FDCWD, to, 0) < 0);
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"empty", "large", "second", "soft"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        auto_free char *path = cog_printf("%s/%s", root, names[i]);
        (void)unlink(path);
    }
    return rmdir(root);
}

static void request(struct cog_call *call, Session__Packet__Type type, uint32_t id)
{
    Session__Packet packet = SESSION__PACKET__INIT;

    packet.type = type;
    packet.id = id;
    cog_call_send_message(call, &packet.base);
}

static void take_packet(void *data, struct cog_call *call, const unsigned char *bytes,
                        size_t size)
{
    struct scene *scene = data;
    Session__Packet *packet = session__packet__unpack(NULL, size, bytes);

    assert_non_null(packet);
    switch ((int)packet->type) {
    case SESSION__PACKET__TYPE__STAT:
        if (!packet->stat) {
            scene->listed = true;
            break;
        }
        if (scene->eager && scene->stats == 0)
            request(call, SESSION__PACKET__TYPE__REQ, 0);
        scene->stats++;
        (void)fprintf(scene->stream, "%s %x %lld %s\n", packet->stat->path,
                      packet->stat->mode, (long long)packet->stat->size,
                      packet->stat->linkname);
        break;
    case SESSION__PACKET__TYPE__DATA:
        assert_true(packet->data.len <= 32 << 10);
        scene->bytes += packet->data.len;
        scene->ends += packet->data.len == 0;
        scene->early |= packet->data.len == 0 && !scene->listed;
        break;
    case SESSION__PACKET__TYPE__FIN:
        scene->fin = true;
        break;
    default:
        scene->error = true;
        break;
    }
    session__packet__free_unpacked(packet, NULL);
}

static void take_end(void *data, struct cog_call *call, const struct cog_status *status)
{
    struct scene *scene = data;

    (void)call;
    scene->closed = true;
    scene->code = status->code;
}

static void settle(struct scene *scene)
{
    const unsigned char *bytes;
    ptrdiff_t size;
    bool moved = true;

    while (moved) {
        moved = false;
        while ((size = cog_connection_send(scene->asker, &bytes)) > 0) {
            moved = true;
            assert_int_equal(cog_connection_receive(scene->answerer, bytes, (size_t)size),
                             0);
        }
        while ((size = cog_connection_send(scene->answerer, &bytes)) > 0) {
            moved = true;
            assert_int_equal(cog_connection_receive(scene->asker, bytes, (size_t)size), 0);
        }
    }
}

static void say(struct scene *scene, Session__Packet__Type type, uint32_t id)
{
    request(scene->call, type, id);
    settle(scene);
}

static void open_sync(struct scene *scene, const char *name)
{
    static const struct cog_call_events events = {.message = take_packet,
                                                  .closed = take_end};
    const struct cog_metadata metadata[] = {{"dir-name", name}, {0}};

    scene->call = cog_call_start(scene->asker, "/moby.filesync.v1.FileSync/DiffCopy",
                                 metadata, &events, scene);
    settle(scene);
    (void)fflush(scene->stream);
}

static int set_up(void **state)
{
    struct scene *scene = cog_alloc(sizeof *scene);

    cog_diags_init(&scene->diags, "test");
    scene->folder = (struct cog_folder){.name = "source", .path = root};
    scene->session = (struct cog_session){
        .folders = &scene->folder, .folder_count = 1, .diags = &scene->diags};
    scene->asker = cog_connection_client("test", false);
    scene->answerer = cog_connection_server(cog_session_call, &scene->session);
    scene->stream = open_memstream(&scene->list, &scene->list_size);
    scene->code = -1;
    *state = scene;
    write_file("large", LARGE);
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    cog_connection_free(scene->asker);
    cog_connection_free(scene->answerer);
    cog_diags_release(&scene->diags);
    (void)fclose(scene->stream);
    free(scene->list);
    free(scene);
    return 0;
}

static void announces_and_sends(void **state)
{
    struct scene *scene = *state;

    open_sync(scene, "source");
    assert_string_equal(scene->list, "empty 1a0 0 \n"
                                     "large 1a0 200000 \n"
                                     "second 1a0 0 large\n"
                                     "soft 80001ff 5 large\n");
    assert_true(scene->listed);
    assert_int_equal(scene->bytes, 0); /* nothing that was not asked for */
    say(scene, SESSION__PACKET__TYPE__REQ, 1);
    say(scene, SESSION__PACKET__TYPE__REQ, 0);
    assert_int_equal(scene->bytes, LARGE);
    assert_int_equal(scene->ends, 2);
    say(scene, SESSION__PACKET__TYPE__FIN, 0);
    assert_true(scene->fin && scene->closed && !scene->error);
    assert_int_equal(scene->code, COG_CODE_OK);
}

static void refuses_other_folders(void **state)
{
    struct scene *scene = *state;

    open_sync(scene, "../etc");
    assert_int_equal(scene->code, COG_CODE_NOT_FOUND);
    assert_int_equal(scene->stats, 0);
}

static void refuses_requests_that_make_no_sense(void **state)
{
    static const uint32_t ids[] = {4, 0xffffffff, 2, 3}; /* too high; a link, a symlink */
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        scene->closed = false;
        open_sync(scene, "source");
        say(scene, SESSION__PACKET__TYPE__REQ, ids[i]);
        assert_true(scene->closed);
        assert_int_equal(scene->code, COG_CODE_INVALID_ARGUMENT);
    }
    scene->closed = false;
    open_sync(scene, "source");
    say(scene, SESSION__PACKET__TYPE__REQ, 0);
    assert_false(scene->closed);
    say(scene, SESSION__PACKET__TYPE__REQ, 0); /* twice */
    assert_true(scene->closed);
}

static void tells_of_a_file_that_changed(void **state)
{
    struct scene *scene = *state;

    open_sync(scene, "source");
    write_file("large", 10);
    say(scene, SESSION__PACKET__TYPE__REQ, 1);
    assert_true(scene->error && scene->closed);
    assert_int_equal(scene->bytes, 0);
    assert_int_equal(scene->diags.errors, 1);
}

static void sends_while_it_announces(void **state)
{
    struct scene *scene = *state;
    auto_free char *folder = cog_printf("%s/many", root);

    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < MANY; i++) {
        auto_free char *name = cog_printf("many/a-name-that-takes-its-room-%d", i);
        write_file(name, 1);
    }
    scene->folder.path = folder;
    scene->eager = true;
    open_sync(scene, "source");
    for (int i = 0; i < MANY; i++) {
        auto_free char *path = cog_printf("%s/a-name-that-takes-its-room-%d", folder, i);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
    assert_true(scene->listed && scene->early);
    assert_int_equal(scene->stats, MANY);
    assert_int_equal(scene->bytes, 1);
}

static void translates_modes(void **state)
{
    (void)state;
    assert_int_equal(cog_go_mode(0100644), 0644);
    assert_int_equal(cog_go_mode(0104755), 0755 | 1 << 23);
    assert_int_equal(cog_go_mode(0041777), 0777 | 1u << 31 | 1 << 20);
    assert_int_equal(cog_go_mode(0020620), 0620 | 1 << 26 | 1 << 21);
    assert_int_equal(cog_go_mode(0120777), 0777 | 1 << 27);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(announces_and_sends),
        SCENE(refuses_other_folders),
        SCENE(refuses_requests_that_make_no_sense),
        SCENE(tells_of_a_file_that_changed),
        SCENE(sends_while_it_announces),
        cmocka_unit_test(translates_modes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
