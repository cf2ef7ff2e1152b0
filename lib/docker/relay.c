/* relay.c - accepts connections and serves each in a process. */
#include "docker/relay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

enum { BACKLOG = 64 };

/* A process that ends with its parent, and by nothing that a terminal sends: it is needed
 * until all is cleaned up. */
static pid_t begin_process(void)
{
    pid_t parent = getpid(), child = fork();
    sigset_t none;

    if (child != 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGCHLD, SIG_IGN); /* no zombies */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    return 0;
}

static _Noreturn void serve_all(int listener, cog_relay_serve serve, const void *context)
{
    for (;;) {
        auto_close int connection = accept(listener, NULL, NULL);
        if (connection < 0 && errno != EINTR)
            _exit(1);
        if (connection >= 0 && begin_process() == 0) {
            (void)close(listener);
            serve(connection, context);
            _exit(0);
        }
    }
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (fd >= 0 && strlen(path) < sizeof address.sun_path &&
        bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

static int fail(struct cog_diags *diags)
{
    return cog_report(diags, COG_FAILURE, (struct cog_pos){0}, "machine.process",
                      "cannot pass connections on: %s", strerror(errno));
}

int cog_relay_begin(struct cog_relay *relay, int listener, cog_relay_serve serve,
                    const void *context, struct cog_diags *diags)
{
    relay->server = begin_process();
    if (relay->server == 0)
        serve_all(listener, serve, context);
    return relay->server > 0 ? 0 : fail(diags);
}

int cog_relay_open(struct cog_relay *relay, cog_relay_serve serve, const void *context,
                   struct cog_diags *diags)
{
    relay->folder = cog_strdup("/tmp/cog-relay-XXXXXX"); /* short, as such paths must be */
    if (!mkdtemp(relay->folder))
        return fail(diags);
    relay->socket = cog_printf("%s/socket", relay->folder);
    auto_close int listener = listen_at(relay->socket);
    return listener < 0 ? fail(diags)
                        : cog_relay_begin(relay, listener, serve, context, diags);
}

void cog_relay_release(struct cog_relay *relay)
{
    if (relay->server > 0) {
        (void)kill(relay->server, SIGKILL);
        while (waitpid(relay->server, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (relay->socket)
        (void)unlink(relay->socket);
    if (relay->folder)
        (void)rmdir(relay->folder);
    free(relay->socket);
    free(relay->folder);
    *relay = (struct cog_relay){0};
}
