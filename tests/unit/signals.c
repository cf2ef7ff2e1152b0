/* signals.c - which signals ask a program to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/signals.h"

/* How many of the signals that `send` causes are counted. */
static unsigned counted(void (*send)(void))
{
    sigset_t before;
    int fd = cog_signals_watch(&before);

    assert_true(fd >= 0);
    send();
    unsigned count = cog_signals_take(fd);
    assert_int_equal(cog_signals_take(fd), 0);
    (void)close(fd);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    return count;
}

static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void send_all(void)
{
    for (size_t i = 0; i < NUMBERS; i++)
        assert_int_equal(kill(getpid(), numbers[i]), 0);
}

static void write_to_nobody(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    (void)close(ends[1]);
}

static void have_a_child_send(void)
{
    pid_t parent = getpid();
    int ends[2];
    char byte;

    assert_int_equal(pipe(ends), 0);
    if (fork() == 0)
        _exit(kill(parent, SIGPIPE));
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 0); /* until the child is gone */
    (void)close(ends[0]);
}

static void whoever_asks_is_heard(void **state)
{
    (void)state;
    assert_int_equal(counted(send_all), 4);
    assert_int_equal(counted(have_a_child_send), 1);
}

static void a_write_that_fails_does_not_ask(void **state)
{
    (void)state;
    assert_int_equal(counted(write_to_nobody), 0);
}

static void hangups_stay_ignored(void **state)
{
    (void)state;
    assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR);
    assert_int_equal(counted(send_all), 3);
    assert_true(signal(SIGHUP, SIG_DFL) != SIG_ERR);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_asks_is_heard),
        cmocka_unit_test(a_write_that_fails_does_not_ask),
        cmocka_unit_test(hangups_stay_ignored),
    };

    /* nohup(1), or a shell, may have had them ignored. */
    for (size_t i = 0; i < NUMBERS; i++)
        (void)signal(numbers[i], SIG_DFL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
