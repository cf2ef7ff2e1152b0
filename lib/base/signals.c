/* signals.c - a signalfd. */
#include "base/signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <unistd.h>

static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int cog_signals_watch(sigset_t *before)
{
    static const int numbers[] = {SIGINT, SIGPIPE, SIGQUIT, SIGTERM};
    sigset_t set;

    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (void)sigaddset(&set, numbers[i]);
    if (!is_ignored(SIGHUP))
        (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, before);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        (void)sigprocmask(SIG_SETMASK, before, NULL);
    return fd;
}

unsigned cog_signals_take(int fd)
{
    struct signalfd_siginfo info;
    unsigned count = 0;

    while (fd >= 0 && read(fd, &info, sizeof info) == sizeof info)
        count += info.ssi_signo != SIGPIPE || (pid_t)info.ssi_pid != getpid();
    return count;
}
