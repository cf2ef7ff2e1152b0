/* binding.c - a definition that is bound to a session: digests follow, nothing else
 * changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "buildkit/binding.h"
#include "buildkit/wire.h"

static const struct cog_binding me = {"me", NULL};

static void add_text(struct cog_wire_out *out, unsigned number, const char *text)
{
    cog_wire_add_field(out, number, text, strlen(text));
}

static void add_nested(struct cog_wire_out *out, unsigned number,
                       struct cog_wire_out *inner)
{
    cog_wire_add_field(out, number, inner->bytes, inner->size);
    free(inner->bytes);
    *inner = (struct cog_wire_out){0};
}

static void add_attribute(struct cog_wire_out *source, const char *key, const char *value)
{
    struct cog_wire_out entry = {0};

    add_text(&entry, 1, key);
    add_text(&entry, 2, value);
    add_nested(source, 2, &entry);
}

/* A local source, with the attribute `session` unless it is NULL. */
static struct cog_wire_out local_op(const char *session)
{
    struct cog_wire_out source = {0}, op = {0};

    add_text(&source, 1, "local://source");
    add_attribute(&source, "local.excludepatterns", "[]");
    if (session)
        add_attribute(&source, "local.session", session);
    add_attribute(&source, "local.unique", "x");
    add_text(&op, 11, "");
    add_nested(&op, 3, &source);
    return op;
}

/* An op with one input and an exec of which nothing is understood. */
static struct cog_wire_out user_op(const char *digest)
{
    struct cog_wire_out input = {0}, op = {0};

    add_text(&input, 1, digest);
    add_nested(&op, 1, &input);
    add_text(&op, 2, "\x08\x96\x01");
    return op;
}

/* The definition {local, user of it}, with metadata; `*digest` is that of the user. */
static struct cog_wire_out definition(const char *session, char **digest)
{
    struct cog_wire_out out = {0}, entry = {0}, local = local_op(session);
    auto_free char *local_digest = cog_sha256(local.bytes, local.size);
    struct cog_wire_out user = user_op(local_digest);

    *digest = cog_sha256(user.bytes, user.size);
    add_nested(&out, 1, &local);
    add_nested(&out, 1, &user);
    add_text(&entry, 1, *digest);
    add_text(&entry, 2, "\x08\x01");
    add_nested(&out, 2, &entry);
    return out;
}

static void binds_and_renames(void **state)
{
    auto_free char *plain_digest = NULL, *wanted_digest = NULL;
    struct cog_wire_out plain = definition(NULL, &plain_digest);
    struct cog_wire_out wanted = definition("me", &wanted_digest);
    json_auto_t *vertices = json_object(), *renamed = NULL;
    size_t size = 0;

    (void)state;
    json_object_set_new(vertices, plain_digest, json_pack("{s:s}", "stage", "pip"));
    auto_free void *bound =
        cog_binding_make(plain.bytes, plain.size, &me, vertices, &size, &renamed);
    assert_non_null(bound);
    assert_int_equal(size, wanted.size);
    assert_memory_equal(bound, wanted.bytes, size);
    json_auto_t *user = json_pack("{s:s, s:s}", "stage", "pip", "kind", "exec");
    assert_true(json_equal(json_object_get(renamed, wanted_digest), user));
    assert_int_equal(json_object_size(renamed), 1);
    free(plain.bytes);
    free(wanted.bytes);
}

static void replaces_a_session(void **state)
{
    auto_free char *old_digest = NULL, *wanted_digest = NULL;
    struct cog_wire_out old = definition("another", &old_digest);
    struct cog_wire_out wanted = definition("me", &wanted_digest);
    json_auto_t *renamed = NULL;
    size_t size = 0;

    (void)state;
    auto_free void *bound =
        cog_binding_make(old.bytes, old.size, &me, NULL, &size, &renamed);
    assert_int_equal(size, wanted.size);
    assert_memory_equal(bound, wanted.bytes, size);
    free(old.bytes);
    free(wanted.bytes);
}

static void refuses_steps_that_are_not_there(void **state)
{
    struct cog_wire_out op = user_op("sha256:0"), out = {0};
    json_auto_t *renamed = NULL;
    size_t size;

    (void)state;
    add_nested(&out, 1, &op);
    assert_null(cog_binding_make(out.bytes, out.size, &me, NULL, &size, &renamed));
    free(out.bytes);
}

/* An exec with a Meta of the fields `below` and `above`, and a network mode. */
static struct cog_wire_out exec_op(const char *below, const char *proxies,
                                   const char *above, const char *network)
{
    struct cog_wire_out meta = {0}, exec = {0}, op = {0};

    cog_wire_add(&meta, below, strlen(below));
    cog_wire_add(&meta, proxies, strlen(proxies));
    cog_wire_add(&meta, above, strlen(above));
    add_nested(&exec, 1, &meta);
    add_text(&exec, 2, "mount");
    cog_wire_add(&exec, network, strlen(network));
    add_nested(&op, 2, &exec);
    return op;
}

#define CWD "\x1a\x01/"                      /* field 3 */
#define HOSTNAME "\x3a\x01h"                 /* field 7 */
#define OTHERS "\x2a\x03\x0a\x01y"           /* field 5 {1: "y"} */
#define PROXIES "\x2a\x06\x0a\x01x\x22\x01n" /* field 5 {1: "x", 4: "n"} */
#define HOST "\x18\x01"
#define NONE "\x18\x02"

static void gives_proxies_to_commands_with_a_network(void **state)
{
    static const struct {
        const char *below, *proxies, *above, *network, *expected;
    } rows[] = {
        {CWD, "", HOSTNAME, "", PROXIES}, {CWD, "", "", HOST, PROXIES},
        {"", "", "", "", PROXIES},        {CWD, OTHERS, HOSTNAME, "", PROXIES},
        {CWD, OTHERS, "", "", PROXIES},   {CWD, "", HOSTNAME, NONE, ""},
        {CWD, OTHERS, "", NONE, OTHERS},
    };
    json_auto_t *proxies =
        json_pack("{s:s, s:s, s:s}", "no_proxy", "n", "http_proxy", "x", "other", "z");
    const struct cog_binding to = {"me", proxies};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cog_wire_out op =
            exec_op(rows[i].below, rows[i].proxies, rows[i].above, rows[i].network);
        struct cog_wire_out wanted =
            exec_op(rows[i].below, rows[i].expected, rows[i].above, rows[i].network);
        struct cog_wire_out plain = {0}, bound = {0};
        json_auto_t *renamed = NULL;
        add_nested(&plain, 1, &op);
        add_nested(&bound, 1, &wanted);
        size_t size = 0;
        auto_free void *made =
            cog_binding_make(plain.bytes, plain.size, &to, NULL, &size, &renamed);
        assert_int_equal(size, bound.size);
        assert_memory_equal(made, bound.bytes, size);
        free(plain.bytes);
        free(bound.bytes);
    }
}

/* Every prefix, and every byte changed: no crash, and never more than a little growth. */
static void survives_any_bytes(void **state)
{
    auto_free char *digest = NULL;
    struct cog_wire_out whole = definition(NULL, &digest);
    struct cog_wire_out op = exec_op(CWD, OTHERS, HOSTNAME, HOST);
    json_auto_t *proxies = json_pack("{s:s}", "http_proxy", "x");
    const struct cog_binding to = {"me", proxies};

    (void)state;
    add_nested(&whole, 1, &op);
    for (size_t at = 0; at < whole.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            json_t *renamed = NULL;
            size_t size = 0;
            whole.bytes[at] ^= (uint8_t)(1u << bit);
            free(cog_binding_make(whole.bytes, whole.size, &to, NULL, &size, &renamed));
            json_decref(renamed);
            renamed = NULL;
            free(cog_binding_make(whole.bytes, at, &to, NULL, &size, &renamed));
            json_decref(renamed);
            assert_true(size <= whole.size + 100);
            whole.bytes[at] ^= (uint8_t)(1u << bit);
        }
    }
    free(whole.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds_and_renames),
        cmocka_unit_test(replaces_a_session),
        cmocka_unit_test(refuses_steps_that_are_not_there),
        cmocka_unit_test(gives_proxies_to_commands_with_a_network),
        cmocka_unit_test(survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
