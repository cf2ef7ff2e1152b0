/* registry.c - a mirror that the engine names over plain HTTP is asked, but gets no
 * password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "oci/registry.h"

/* A server on all addresses that asks everybody for a password, and hands what it is told
 * to `log`. */
static pid_t serve(unsigned *port, int *log)
{
    static const char answer[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
                                 "WWW-Authenticate: Basic realm=\"x\"\r\n"
                                 "Connection: close\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), ends[2];
    char text[4096];

    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_int_equal(pipe(ends), 0);
    *port = ntohs(address.sin_port);
    *log = ends[0];
    pid_t child = fork();
    while (child == 0) {
        int peer = accept(listener, NULL, NULL);
        ssize_t got = read(peer, text, sizeof text);
        if (write(ends[1], text, got > 0 ? (size_t)got : 0) < 0 ||
            write(peer, answer, sizeof answer - 1) < 0)
            _exit(1);
        (void)close(peer);
    }
    (void)close(listener);
    (void)close(ends[1]);
    return child;
}

static void write_config(const char *folder, const char *host)
{
    auto_free char *path = cog_printf("%s/config.json", folder);
    auto_fclose FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fprintf(file,
                        "{\"auths\":{\"%s\":{\"username\":\"me\",\"password\":\"x\"}}}",
                        host) > 0);
}

/* What the server was told when it is a mirror; the caller frees it. */
static char *told_to_mirror(bool insecure)
{
    char folder[] = "/tmp/cog-registry-XXXXXX";
    struct cog_retry patience = {0};
    struct cog_image_found found;
    struct cog_reference reference;
    struct cog_diags diags;
    const char *reason;
    unsigned port;
    int log;

    assert_non_null(mkdtemp(folder));
    pid_t server = serve(&port, &log);
    auto_free char *host = cog_printf("0.0.0.0:%u", port),
                   *url = cog_printf("http://%s", host);
    write_config(folder, host);
    json_auto_t *engine = json_pack("{s:[s], s:{s:{s:b}}}", "Mirrors", url, "IndexConfigs",
                                    host, "Secure", !insecure);
    struct cog_registry registry = {.http = cog_http_new(),
                                    .rules.engine = engine,
                                    .config_dir = folder,
                                    .patience = &patience};
    cog_diags_init(&diags, "test");
    assert_int_equal(cog_reference_parse(&reference, "busybox:1", &reason), 0);
    const struct cog_image_wanted wanted = {&reference, "linux", "amd64", {0}};
    assert_int_equal(cog_registry_resolve(&registry, &wanted, &found, &diags), -1);
    cog_reference_release(&reference);
    cog_diags_release(&diags);
    cog_http_free(registry.http);
    assert_int_equal(kill(server, SIGKILL), 0);
    assert_int_equal(waitpid(server, NULL, 0), server);
    char *text = cog_calloc(1, 1 << 16);
    assert_true(read(log, text, (1 << 16) - 1) > 0);
    (void)close(log);
    auto_free char *config = cog_printf("%s/config.json", folder);
    assert_int_equal(unlink(config) + rmdir(folder), 0);
    return text;
}

static void a_mirror_without_tls_gets_no_password(void **state)
{
    auto_free char *plain = told_to_mirror(false), *insecure = told_to_mirror(true);

    (void)state;
    assert_non_null(strstr(plain, "GET /v2/library/busybox/manifests/1"));
    assert_null(strstr(plain, "Authorization"));
    assert_non_null(strstr(insecure, "Authorization: Basic")); /* the engine says so */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mirror_without_tls_gets_no_password),
    };
    /* Docker Hub comes after its mirrors, and is not to be asked. */
    (void)setenv("https_proxy", "http://127.0.0.1:9", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
