/* credentials.c - what is found in Docker's config.json, and what helpers answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "oci/credentials.h"

struct folder {
    char path[64];
};

static void put(const struct folder *folder, const char *name, const char *text)
{
    auto_free char *path = cog_printf("%s/%s", folder->path, name);
    FILE *stream = fopen(path, "w");

    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(chmod(path, 0755), 0);
}

static void drop(const struct folder *folder, const char *name)
{
    auto_free char *path = cog_printf("%s/%s", folder->path, name);

    (void)unlink(path);
}

static int set_up(void **state)
{
    struct folder *folder = cog_alloc(sizeof *folder);

    (void)snprintf(folder->path, sizeof folder->path, "/tmp/cog-credentials-XXXXXX");
    *state = folder;
    if (!mkdtemp(folder->path))
        return -1;
    auto_free char *path = cog_printf("%s:%s", folder->path, getenv("PATH"));
    return setenv("PATH", path, 1);
}

static int tear_down(void **state)
{
    drop(*state, "config.json");
    drop(*state, "docker-credential-shop");
    int result = rmdir(((struct folder *)*state)->path);
    free(*state);
    return result;
}

/* "USER SECRET", "none", or the code of the diagnostic. */
static char *answer(const struct folder *folder, const char *host)
{
    struct cog_diags diags;
    auto_free char *user = NULL, *secret = NULL;

    cog_diags_init(&diags, "test");
    int found = cog_credentials_find(host, folder->path, &user, &secret, &diags);
    char *text = found == 1   ? cog_printf("%s %s", user, secret)
                 : found == 0 ? cog_printf("none, %zu said", diags.count)
                              : cog_printf("refused, %u failures", diags.failures);
    cog_diags_release(&diags);
    return text;
}

static void expect(const struct folder *folder, const char *host, const char *wanted)
{
    auto_free char *found = answer(folder, host);

    assert_string_equal(found, wanted);
}

static void auths_are_read(void **state)
{
    put(*state, "config.json",
        "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"bWU6cGE6c3M=\"},"
        "\"https://old.example/v1/\":{\"username\":\"u\",\"password\":\"p\"},"
        "\"localhost:5000\":{\"auth\":\"bWU6cGE6c3M=\",\"identitytoken\":\"tok\"},"
        "\"empty.example\":{},\"bad.example\":{\"auth\":\"!\"},"
        "\"colonless.example\":{\"auth\":\"bWU=\"}}}");
    expect(*state, "registry-1.docker.io", "me pa:ss");
    expect(*state, "docker.io", "me pa:ss");
    expect(*state, "old.example", "u p");
    expect(*state, "localhost:5000", " tok");
    expect(*state, "localhost", "none, 0 said");
    expect(*state, "empty.example", "none, 0 said");
    expect(*state, "bad.example", "refused, 0 failures");
    expect(*state, "colonless.example", "refused, 0 failures");
}

static void files_are_checked(void **state)
{
    drop(*state, "config.json");
    expect(*state, "docker.io", "none, 0 said");
    put(*state, "config.json", "{\"auths\":");
    expect(*state, "docker.io", "refused, 0 failures");
    put(*state, "config.json", "[]");
    expect(*state, "docker.io", "refused, 0 failures");
    put(*state, "config.json", "{}");
    expect(*state, "docker.io", "none, 0 said");
}

static void helpers_are_asked(void **state)
{
    put(*state, "config.json",
        "{\"credHelpers\":{\"own.example\":\"shop\",\"gone.example\":\"missing\","
        "\"odd.example\":\"../x\"},\"credsStore\":\"shop\","
        "\"auths\":{\"filed.example\":{\"auth\":\"bWU6cGE6c3M=\"}}}");
    put(*state, "docker-credential-shop",
        "#!/bin/sh\n[ \"$1\" = get ] || exit 9\nread -r server || true\n"
        "case $server in\n"
        "own.example) echo '{\"Username\":\"me\",\"Secret\":\"s\"}' ;;\n"
        "https://index.docker.io/v1/) echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}' "
        ";;\n"
        "broken.example) echo '{' ;;\n"
        "crash.example) kill -9 $$ ;;\n"
        "*) echo credentials not found in native keychain; exit 1 ;;\nesac\n");
    expect(*state, "own.example", "me s");
    expect(*state, "registry-1.docker.io", " t");
    expect(*state, "other.example", "none, 0 said");
    expect(*state, "filed.example", "me pa:ss");
    expect(*state, "gone.example", "none, 1 said");
    expect(*state, "odd.example", "refused, 0 failures");
    expect(*state, "broken.example", "refused, 1 failures");
    expect(*state, "crash.example", "refused, 1 failures");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(auths_are_read),
        cmocka_unit_test(files_are_checked),
        cmocka_unit_test(helpers_are_asked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
