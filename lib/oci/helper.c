/* helper.c - runs a credential helper with a time limit. */
#include "oci/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/secret.h"

enum { MAX_ANSWER = 64 << 10, STATUS_NOT_FOUND = 127 };

struct answer {
    char text[MAX_ANSWER + 1];
    size_t size;
    bool late;
    int status; /* of waitpid() */
};

static long long milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In the child. Its signals are as usual again: the programs of cog ignore SIGPIPE and may
 * block others. */
static _Noreturn void become(const char *program, const char *verb, int in, int out)
{
    sigset_t none;

    (void)signal(SIGPIPE, SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
        _exit(STATUS_NOT_FOUND);
    if (in > STDERR_FILENO)
        (void)close(in);
    if (out > STDERR_FILENO)
        (void)close(out);
    (void)execlp(program, program, verb, (char *)NULL);
    _exit(STATUS_NOT_FOUND);
}

/* The reading end of a pipe that holds all of `text`, which is shorter than any pipe's
 * buffer; -1 with errno set. */
static int filled_pipe(const char *text)
{
    int ends[2];
    ssize_t length = (ssize_t)strlen(text);

    if (pipe(ends) < 0)
        return -1;
    bool filled = write(ends[1], text, (size_t)length) == length;
    (void)close(ends[1]);
    if (filled)
        return ends[0];
    (void)close(ends[0]);
    return -1;
}

/* Starts the program; `*out` becomes its stdout. Returns its id, or -1 with errno set. */
static pid_t start(const char *program, const char *verb, const char *input, int *out)
{
    auto_close int in = filled_pipe(input);
    int ends[2];

    if (in < 0 || pipe(ends) < 0)
        return -1;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0)
        become(program, verb, in, ends[1]);
    (void)close(ends[1]);
    *out = ends[0];
    return child;
}

static void collect(int fd, struct answer *answer)
{
    long long end = milliseconds() + COG_HELPER_SECONDS * 1000LL;

    for (;;) {
        long long left = end - milliseconds();
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        answer->late = ready == 0;
        if (ready <= 0)
            return;
        ssize_t got = read(fd, answer->text + answer->size, MAX_ANSWER - answer->size);
        if (got <= 0)
            return;
        answer->size += (size_t)got;
    }
}

/* Returns 0, or -1 with errno set. */
static int ask(const char *program, const char *verb, const char *input,
               struct answer *answer)
{
    auto_close int out = -1;
    pid_t child = start(program, verb, input, &out);

    if (child < 0)
        return -1;
    collect(out, answer);
    if (answer->late)
        (void)kill(child, SIGKILL);
    while (waitpid(child, &answer->status, 0) < 0 && errno == EINTR)
        continue;
    return 0;
}

static int take(const struct answer *answer, char **user, char **secret)
{
    json_auto_t *object = json_loadb(answer->text, answer->size, 0, NULL);
    const char *name = json_string_value(json_object_get(object, "Username"));
    const char *value = json_string_value(json_object_get(object, "Secret"));

    if (!name || !value)
        return -1;
    /* "<token>" marks an identity token, which has no user. */
    *user = cog_strdup(strcmp(name, "<token>") == 0 ? "" : name);
    *secret = cog_strdup(value);
    return 1;
}

static int get(const char *name, const char *server, const char *file,
               struct answer *answer, char **user, char **secret, struct cog_diags *diags)
{
    struct cog_pos at = {.file = file};
    auto_free char *program = cog_printf("docker-credential-%s", name);

    if (strchr(name, '/'))
        return cog_report(diags, COG_ERROR, at, "credentials.config",
                          "a credential helper's name cannot hold a slash: \"%s\"", name);
    if (ask(program, "get", server, answer) < 0)
        return cog_report(diags, COG_FAILURE, at, "machine.process", "cannot run %s: %s",
                          program, strerror(errno));
    if (answer->late)
        return cog_report(diags, COG_FAILURE, at, "credentials.helper",
                          "%s gave no answer for %s within %d seconds", program, server,
                          COG_HELPER_SECONDS);
    if (WIFEXITED(answer->status) && WEXITSTATUS(answer->status) == STATUS_NOT_FOUND)
        return cog_report(diags, COG_WARNING, at, "credentials.helper",
                          "%s is not installed; going on without credentials for %s",
                          program, server);
    if (strstr(answer->text, "credentials not found"))
        return 0;
    /* What a helper says beside its answer may hold secrets, so it is not repeated. */
    if (answer->status != 0 || take(answer, user, secret) < 0)
        return cog_report(diags, COG_FAILURE, at, "credentials.helper",
                          "%s failed or gave no credentials for %s", program, server);
    return 1;
}

int cog_helper_get(const char *name, const char *server, const char *file, char **user,
                   char **secret, struct cog_diags *diags)
{
    struct answer *answer = cog_alloc(sizeof *answer);

    cog_secret_lock(answer->text, sizeof answer->text);
    int result = get(name, server, file, answer, user, secret, diags);
    cog_secret_free(answer, sizeof *answer);
    return result;
}

static int store(const char *program, const char *input, const char *file,
                 struct answer *answer, struct cog_diags *diags)
{
    const struct cog_pos at = {.file = file};

    if (ask(program, "store", input, answer) < 0)
        return cog_report(diags, COG_FAILURE, at, "machine.process", "cannot run %s: %s",
                          program, strerror(errno));
    if (WIFEXITED(answer->status) && WEXITSTATUS(answer->status) == STATUS_NOT_FOUND)
        return cog_report(diags, COG_ERROR, at, "credentials.helper",
                          "%s is not installed; install it, or remove its name here",
                          program);
    if (answer->late || answer->status != 0)
        return cog_report(diags, COG_FAILURE, at, "credentials.helper", "%s %s", program,
                          answer->late ? "gave no answer" : "did not store the password");
    return 0;
}

int cog_helper_store(const char *name, const char *server, const char *file,
                     const char *user, const char *secret, struct cog_diags *diags)
{
    struct answer *answer = cog_alloc(sizeof *answer);
    auto_free char *program = cog_printf("docker-credential-%s", name);
    json_auto_t *entry = json_pack("{s:s, s:s, s:s}", "ServerURL", server, "Username", user,
                                   "Secret", secret);
    char *input = json_dumps(entry, JSON_COMPACT);
    int result = store(program, input, file, answer, diags);

    cog_secret_free(input, strlen(input));
    cog_secret_free(answer, sizeof *answer);
    return result;
}
