/* command.c - a command whose standard input and output are a connection. */
#include "buildkit/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

enum {
    TURN = 20,        /* milliseconds between two looks at a command that is to end */
    MAX_TURNS = 50,   /* turns before it is told to */
    COMPLAINT = 4096, /* bytes of stderr that are looked at */
};

extern char **environ;

/* The child's signals are as if it had been started from a shell: the loop has blocked
 * some, and ignores SIGPIPE. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, defaults;

    (void)sigemptyset(&none);
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                    POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) |
           posix_spawnattr_setpgroup(attributes, 0) |
           posix_spawnattr_setsigmask(attributes, &none) |
           posix_spawnattr_setsigdefault(attributes, &defaults);
}

/* Returns 0 or an errno. */
static int spawn(struct cog_client_command *command, char *const *argv, int connection)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = set_attributes(&attributes) |
                 posix_spawn_file_actions_adddup2(&actions, connection, STDIN_FILENO) |
                 posix_spawn_file_actions_adddup2(&actions, connection, STDOUT_FILENO) |
                 posix_spawn_file_actions_adddup2(&actions, command->log, STDERR_FILENO);
        if (!failed)
            failed = posix_spawnp(&command->child, argv[0], &actions, &attributes, argv,
                                  environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed)
        command->child = 0;
    return failed;
}

static int open_log(void)
{
    FILE *file = tmpfile();
    int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;

    if (file)
        (void)fclose(file);
    return fd;
}

int cog_client_command_start(struct cog_client_command *command, char *const *argv,
                             const char **reason)
{
    int ends[2];

    *command = (struct cog_client_command){.log = open_log()};
    if (command->log < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        *reason = strerror(errno);
        return -1;
    }
    int failed = spawn(command, argv, ends[1]);
    (void)close(ends[1]);
    if (!failed && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        return ends[0];
    *reason = strerror(failed ? failed : errno);
    (void)close(ends[0]);
    return -1;
}

char *cog_client_command_complaint(const struct cog_client_command *command)
{
    char text[COMPLAINT + 1];
    off_t size = command->log >= 0 ? lseek(command->log, 0, SEEK_END) : 0;
    ssize_t got = size > 0 ? pread(command->log, text, COMPLAINT,
                                   size > COMPLAINT ? size - COMPLAINT : 0)
                           : 0;

    while (got > 0 && (text[got - 1] == '\n' || text[got - 1] == '\r'))
        got--;
    text[got > 0 ? got : 0] = '\0';
    const char *newline = strrchr(text, '\n');
    return cog_strdup(newline ? newline + 1 : text);
}

void cog_client_command_release(struct cog_client_command *command)
{
    for (int turn = 0; command->child > 0; turn++) {
        pid_t ended = waitpid(command->child, NULL, WNOHANG);
        if (ended > 0 || (ended < 0 && errno != EINTR))
            command->child = 0;
        else if (turn == MAX_TURNS)
            (void)kill(-command->child, SIGTERM);
        else if (turn == 2 * MAX_TURNS)
            (void)kill(-command->child, SIGKILL);
        if (command->child > 0)
            (void)poll(NULL, 0, TURN);
    }
    if (command->log >= 0)
        (void)close(command->log);
    *command = (struct cog_client_command){.log = -1};
}
