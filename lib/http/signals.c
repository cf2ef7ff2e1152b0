/* signals.c - a signalfd. */
#include "http/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

int cog_signals_watch(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    if (fd >= 0)
        (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return fd;
}

bool cog_signals_pending(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    return poll(&wait, 1, 0) > 0;
}
