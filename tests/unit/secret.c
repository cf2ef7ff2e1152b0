/* secret.c - what holds secrets is locked, wiped and never dumped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/secret.h"
#include "buildkit/inputs.h"

#ifdef __SANITIZE_ADDRESS__ /* its runtime does not lock */
#define LOCKS(condition) (void)0
#else
#define LOCKS(condition) assert_true(condition)
#endif

/* Kilobytes that are locked, of /proc/self/status. */
static long locked(void)
{
    auto_fclose FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long size = -1;

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmLck:", 6) == 0)
            size = strtol(line + 6, NULL, 10);
    return size;
}

static void memory_is_locked_and_wiped(void **state)
{
    char *secret = cog_strdup("hunter2");
    long before = locked();

    (void)state;
    cog_secret_lock(secret, strlen(secret));
    LOCKS(locked() > before);
    cog_secret_wipe(secret, strlen(secret));
    assert_memory_equal(secret, "\0\0\0\0\0\0\0", 8);
    cog_secret_free(secret, 8);
    assert_int_equal(locked(), before);
    cog_secret_free(NULL, 0);
}

static void what_a_build_is_given_is_locked(void **state)
{
    struct cog_build_inputs inputs = {0};
    struct cog_diags diags;
    long before = locked();

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(
        cog_build_inputs_add_secret_take(&inputs, "a", cog_strdup("hunter2"), 7, &diags),
        0);
    long between = locked();
    LOCKS(between > before);
    cog_build_inputs_release(&inputs);
    LOCKS(locked() < between);
    char *password = cog_strdup("hunter2");
    between = locked();
    cog_build_inputs_add_credential_take(&inputs, "ghcr.io", cog_strdup("me"), password);
    LOCKS(locked() > between);
    cog_build_inputs_release(&inputs);
}

static void nothing_is_dumped(void **state)
{
    (void)state;
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
    cog_secrets_protect();
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_locked_and_wiped),
        cmocka_unit_test(what_a_build_is_given_is_locked),
        cmocka_unit_test(nothing_is_dumped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
