/* foreground.c - begins a container, and lets input, output and signals through. */
#include "exec/foreground.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "docker/attachment.h"
#include "docker/container.h"
#include "docker/owner.h"
#include "exec/terminal.h"
#include "exec/watch.h"

enum {
    CHUNK = 32768,
    KILLING_SIGNALS = 3,
    HANGUP_SECONDS = 10,
    WAIT_MS = 10000, /* for the exit status, once the output has ended */
    SETTLE_MS = 300, /* editors write a file in several steps */
    AGAIN = -2,      /* a file has changed */
    KEEP_RUNNING = -3,
    KILLED = 128 + SIGKILL,
};

static const struct cog_pos nowhere = {0};

/* One run of the command. */
struct run {
    const struct cog_foreground *foreground;
    const struct cog_engine *engine;
    struct cog_diags *diags;
    struct cog_container container;
    struct cog_attachment attachment;
    struct cog_watch *watch;
    int signals;        /* a signalfd of those that are passed on, and of SIGWINCH */
    unsigned count;     /* of those that ask it to end */
    time_t deadline;    /* when it is killed; 0: never */
    bool input_open;    /* there may be more on standard input */
    bool output_broken; /* nobody reads standard output */
    char input[CHUNK];
    size_t input_size, input_sent;
    char status[256]; /* what the engine says of its end */
    size_t status_size;
};

static void write_all(struct run *run, const char *bytes, size_t size)
{
    while (size && !run->output_broken) {
        ssize_t written = write(STDOUT_FILENO, bytes, size);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            run->output_broken = true;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

static void show(void *context, bool error, const char *bytes, size_t size)
{
    struct run *run = context;

    if (error)
        cog_diags_text(run->diags, bytes, size);
    else
        write_all(run, bytes, size);
}

static void keep_status(void *context, const char *bytes, size_t size)
{
    struct run *run = context;
    size_t room = sizeof run->status - run->status_size;

    memcpy(run->status + run->status_size, bytes, size < room ? size : room);
    run->status_size += size < room ? size : room;
}

/* Has the engine tell when the command ends, from before it begins. */
static int await_end(struct run *run)
{
    auto_free char *url = NULL;
    auto_free char *path =
        cog_printf("/containers/%s/wait?condition=next-exit", run->container.id);
    struct cog_http_request request = cog_engine_request(run->engine, path, &url);

    request.method = "POST";
    /* of a container that was given up, whose end may have come meanwhile */
    run->status_size = 0;
    int result = cog_http_follow(run->engine->http, &request, keep_status, run);
    if (result == COG_HTTP_INTERRUPTED)
        return COG_EXIT_INTERRUPTED;
    if (result == COG_HTTP_OK)
        return 0;
    return cog_report(run->diags, COG_FAILURE, nowhere, "engine.refused",
                      "the engine at %s does not wait for the container",
                      run->engine->endpoint->name);
}

/* A POST whose failure means only that the container has ended by now. */
static void tell(struct run *run, const char *what)
{
    auto_free char *path = cog_printf("/containers/%s/%s", run->container.id, what);
    struct cog_engine_answer answer;

    cog_http_shield(run->engine->http, true);
    (void)cog_engine_call(run->engine, "POST", path, NULL, &answer, run->diags);
    cog_http_shield(run->engine->http, false);
    cog_engine_answer_release(&answer);
}

static void resize(struct run *run)
{
    unsigned rows, columns;

    cog_terminal_size(&rows, &columns);
    auto_free char *what = cog_printf("resize?h=%u&w=%u", rows, columns);
    tell(run, what);
}

/* Returns 0, or KILLED when it was asked to end for the last time. */
static int take_signals(struct run *run)
{
    struct signalfd_siginfo info;

    while (read(run->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGWINCH) {
            if (run->attachment.tty)
                resize(run);
            continue;
        }
        if (++run->count >= KILLING_SIGNALS)
            return KILLED;
        auto_free char *what = cog_printf("kill?signal=%d", (int)info.ssi_signo);
        tell(run, what);
        if (info.ssi_signo == SIGHUP)
            run->deadline = time(NULL) + HANGUP_SECONDS;
    }
    return 0;
}

/* Returns 0, or -1 when the stream is broken. */
static int send_input(struct run *run)
{
    long sent = cog_upgrade_write(run->attachment.stream, run->input + run->input_sent,
                                  run->input_size - run->input_sent);

    run->input_sent += sent > 0 ? (size_t)sent : 0;
    return sent < 0 ? -1 : 0;
}

static void read_input(struct run *run)
{
    ssize_t got = read(STDIN_FILENO, run->input, sizeof run->input);

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    run->input_sent = 0;
    run->input_size = got > 0 ? (size_t)got : 0;
    if (got > 0)
        return;
    run->input_open = false;
    cog_upgrade_finish(run->attachment.stream);
}

static int time_left(const struct run *run)
{
    time_t now = time(NULL);

    if (!run->deadline)
        return -1;
    return now < run->deadline ? (int)(run->deadline - now) * 1000 : 0;
}

static bool settles(struct run *run)
{
    if (!cog_watch_changed(run->watch))
        return false;
    (void)poll(NULL, 0, SETTLE_MS);
    (void)cog_watch_changed(run->watch);
    return true;
}

/* What there is to wait for, and all that has come of it. Returns KEEP_RUNNING, or what
 * relay() returns. The engine's answer to a SIGKILL would wait until the output is read, so
 * the container is not killed but removed. */
static int step(struct run *run)
{
    bool pending = run->input_sent < run->input_size;
    int left = time_left(run);
    struct pollfd fds[] = {
        {.fd = run->signals, .events = POLLIN},
        {.fd = cog_upgrade_fd(run->attachment.stream),
         .events = (short)(pending ? POLLIN | POLLOUT : POLLIN)},
        {.fd = run->input_open && !pending ? STDIN_FILENO : -1, .events = POLLIN},
        {.fd = run->watch ? run->watch->fd : -1, .events = POLLIN},
    };

    if (left == 0 || (poll(fds, sizeof fds / sizeof *fds, left) < 0 && errno != EINTR))
        return KILLED;
    if (fds[0].revents && take_signals(run) != 0)
        return KILLED;
    if (cog_attachment_read(&run->attachment, show, run) < 0)
        return 0;
    if (run->output_broken)
        return COG_EXIT_INTERRUPTED;
    if (pending && send_input(run) < 0)
        run->input_size = run->input_sent = 0;
    if (fds[2].revents)
        read_input(run);
    return fds[3].revents && settles(run) ? AGAIN : KEEP_RUNNING;
}

/* Until the output ends. Returns 0, AGAIN, KILLED, or COG_EXIT_INTERRUPTED when nobody
 * reads the output. */
static int relay(struct run *run)
{
    int result;

    do {
        result = step(run);
    } while (result == KEEP_RUNNING);
    return result;
}

static int exit_status(struct run *run)
{
    cog_http_shield(run->engine->http, true);
    cog_http_drain(run->engine->http, WAIT_MS);
    cog_http_shield(run->engine->http, false);
    json_auto_t *answer = json_loadb(run->status, run->status_size, 0, NULL);
    const json_t *code = json_object_get(answer, "StatusCode");
    if (code)
        return (int)json_integer_value(code);
    return cog_report(run->diags, COG_FAILURE, nowhere, "engine.lost",
                      "the engine at %s does not tell how the command ended",
                      run->engine->endpoint->name);
}

/* With the project's files in it. One that is there from the run before gets what changed.
 */
static int create(struct run *run, const struct cog_foreground *f, bool tty)
{
    json_auto_t *body = cog_foreground_describe(f, tty);
    int result = 0;

    if (!run->container.id)
        result = cog_container_create(&run->container, run->engine, body, run->diags);
    if (result == 0 && f->source)
        result = cog_source_send(f->source, run->engine, run->container.id, run->signals,
                                 run->diags);
    return result;
}

static int begin(struct run *run, const struct cog_foreground *f, bool tty)
{
    int result = create(run, f, tty);

    if (result == 0)
        result = cog_attachment_open(&run->attachment, run->engine, run->container.id, tty,
                                     f->interactive, run->diags);
    if (result == 0)
        result = await_end(run);
    if (result == 0)
        result =
            cog_container_begin(&run->container, run->engine, f->wanted.gpus, run->diags);
    if (result == 0 && f->forwards)
        result = cog_port_forwards_open(f->forwards, run->engine->endpoint,
                                        run->container.id, run->diags);
    return result;
}

/* The container that has the project's files is kept for the next run. */
static void end(struct run *run, bool again)
{
    struct cog_source *source = run->foreground->source;

    if (run->foreground->forwards)
        cog_port_forwards_close(run->foreground->forwards);
    cog_attachment_release(&run->attachment);
    if (again && source && !cog_source_lacks(source, run->diags)) {
        tell(run, "stop?t=0");
        return;
    }
    cog_container_remove(&run->container, run->engine, run->diags);
    if (source)
        cog_source_forget(source);
}

/* Without GPUs where there is no driver and they are only wished for. */
static int begin_with_gpus(struct run *run, bool tty)
{
    int result = begin(run, run->foreground, tty);

    if (result != COG_CONTAINER_NO_DRIVER)
        return result;
    if (run->foreground->wanted.gpus_needed)
        return cog_report(run->diags, COG_ERROR, nowhere, "engine.gpu",
                          "the engine at %s has no driver for GPUs; install the NVIDIA "
                          "Container Toolkit there, or leave out --gpus",
                          run->engine->endpoint->name);
    cog_report(run->diags, COG_WARNING, nowhere, "engine.gpu",
               "the engine at %s has no driver for GPUs; going on without one",
               run->engine->endpoint->name);
    cog_diags_flush(run->diags);
    end(run, false);
    struct cog_foreground less = *run->foreground;
    less.wanted.gpus = NULL;
    return begin(run, &less, tty);
}

/* `container` is that of the run before, and then of the next one: empty if there is none.
 */
static int run_once(const struct cog_foreground *f, struct cog_container *container,
                    int signals, struct cog_watch *watch, struct cog_diags *diags)
{
    struct cog_terminal terminal = {0};
    bool tty = f->interactive && cog_terminal_is_there();
    struct run *run = cog_alloc(sizeof *run);

    run->foreground = f;
    run->engine = f->engine;
    run->diags = diags;
    run->container = *container;
    run->watch = watch;
    run->signals = signals;
    run->input_open = f->interactive;
    int result = begin_with_gpus(run, tty);
    if (result == 0) {
        if (tty) {
            cog_terminal_make_raw(&terminal);
            resize(run);
        }
        result = relay(run);
        cog_terminal_restore(&terminal);
        if (result == 0)
            result = exit_status(run);
    }
    end(run, result == AGAIN);
    *container = run->container;
    free(run);
    return result;
}

static int watch_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGQUIT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGWINCH);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cog_foreground_run(const struct cog_foreground *foreground, struct cog_diags *diags)
{
    auto_close int signals = watch_signals();
    struct cog_container container = {0};
    struct cog_watch watch = {0};
    int result;

    if (signals < 0)
        return cog_report(diags, COG_FAILURE, nowhere, "machine.process",
                          "no descriptor for signals: %s", strerror(errno));
    if (foreground->watch && cog_watch_begin(&watch, foreground->watch) < 0)
        cog_report(diags, COG_WARNING, nowhere, "exec.watch",
                   "not all folders of %s are watched: %s; "
                   "/proc/sys/fs/inotify/max_user_watches says how many can be",
                   foreground->watch, strerror(errno));
    cog_owner_sweep(foreground->engine, diags);
    do {
        result = run_once(foreground, &container, signals,
                          foreground->watch ? &watch : NULL, diags);
        if (result == AGAIN)
            cog_diags_text(diags, "cog: a file has changed; starting again\n", 40);
    } while (result == AGAIN);
    cog_watch_release(&watch);
    return result;
}
