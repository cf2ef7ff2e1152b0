/* builder.c - addresses of engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "buildkit/builder.h"

/* What came of an address, in a line: the caller frees it. */
static char *read_address(const char *address, enum cog_builder_remote remote)
{
    struct cog_builder builder;
    struct cog_diags diags;
    char *text;

    cog_diags_init(&diags, "test");
    if (cog_builder_parse(&builder, address, "test", remote, &diags) < 0)
        text = cog_strdup("refused");
    else if (builder.socket)
        text = cog_printf("unix %s", builder.socket);
    else if (builder.host)
        text = cog_printf("tcp %s %s", builder.host, builder.port);
    else
        text = cog_strdup(builder.bare ? "bare" : "any");
    for (size_t i = 0; builder.command[i]; i++) {
        auto_free char *before = text;
        text = cog_printf("%s|%s", before, builder.command[i]);
    }
    cog_builder_release(&builder);
    cog_diags_release(&diags);
    return text;
}

static void reads_addresses(void **state)
{
    static const struct {
        const char *address, *expected;
    } cases[] = {
        {"unix:///run/x?y", "unix /run/x?y"},
        {"tcp://build:8000", "tcp build 8000"},
        {"tcp://build", "tcp build 1234"},
        {"tcp://build/", "tcp build 1234"},
        {"tcp://[::1]:8000/", "tcp ::1 8000"},
        {"tcp://[::1]", "tcp ::1 1234"},
        {"docker-container://b0?context=there",
         "bare|docker|--context=there|exec|-i|b0|buildctl|dial-stdio"},
        {"podman-container://b0", "bare|podman|exec|-i|b0|buildctl|dial-stdio"},
        {"nerdctl-container://b0", "bare|nerdctl|exec|-i|b0|buildctl|dial-stdio"},
        {"kube-pod://p?namespace=n&container=c",
         "bare|kubectl|--namespace=n|exec|--container=c|-i|p|--|buildctl|dial-stdio"},
        {"ssh://me@there:22", "bare|ssh|-o|BatchMode=yes|-o|ConnectTimeout=10|-p|22|--|"
                              "me@there|buildctl dial-stdio"},
        {"", "refused"},
        {"unix://", "refused"},
        {"tcp://", "refused"},
        {"tcp://:8000", "refused"},
        {"http://x", "refused"},
        {"/run/x", "refused"},
        {"docker-container://", "refused"},
        {"docker-container://-v", "refused"},
        {"docker-container://a b", "refused"},
        {"ssh://-oProxyCommand=id", "refused"},
        {"ssh://a;id", "refused"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text = read_address(cases[i].address, COG_REMOTE_BUILDKIT);
        assert_string_equal(text, cases[i].expected);
    }
}

static void knows_what_ssh_leads_to(void **state)
{
    auto_free char *plain = read_address("tcp://there", COG_REMOTE_DOCKER);
    auto_free char *tls = read_address("tcp://there", COG_REMOTE_DOCKER_TLS);
    assert_string_equal(plain, "tcp there 2375");
    assert_string_equal(tls, "tcp there 2376");
    auto_free char *docker = read_address("ssh://there", COG_REMOTE_DOCKER);
    auto_free char *any = read_address("ssh://there", COG_REMOTE_ANY);

    (void)state;
    assert_non_null(strstr(docker, "any|ssh|"));
    assert_non_null(strstr(docker, "|docker system dial-stdio"));
    assert_non_null(strstr(any, "command -v docker"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(knows_what_ssh_leads_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
