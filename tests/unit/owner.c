/* owner.c - when a container's owner is known to be gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "docker/owner.h"

static void whoever_lives_owns(void **state)
{
    auto_free char *name = cog_owner_name();

    (void)state;
    assert_non_null(name);
    assert_false(cog_owner_is_gone(name));
    for (const char *part = name; (part = strchr(part, '/')); part++) {
        auto_free char *cut = cog_strndup(name, (size_t)(part - name));
        assert_false(cog_owner_is_gone(cut));
    }
}

static void whoever_ended_does_not(void **state)
{
    char name[256] = "";
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        auto_free char *own = cog_owner_name();
        _exit(write(ends[1], own, strlen(own)) < 0);
    }
    assert_true(read(ends[0], name, sizeof name - 1) > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(cog_owner_is_gone(name));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* Its id has been given to another process, which began later. */
static void ids_are_used_again(void **state)
{
    auto_free char *name = cog_owner_name();
    char *start = strrchr(name, '/');
    auto_free char *other = cog_printf("%.*s/1", (int)(start - name), name);

    (void)state;
    assert_true(cog_owner_is_gone(other));
}

static void of_others_nothing_is_known(void **state)
{
    auto_free char *name = cog_owner_name();
    const char *space = strchr(name, '/'), *id = strchr(space + 1, '/');
    auto_free char *boot = cog_printf("%c%.*s/1", *name == '0' ? '1' : '0',
                                      (int)(strrchr(name, '/') - name - 1), name + 1);
    auto_free char *container = cog_printf("%.*s/pid:[1]/1/1", (int)(space - name), name);
    auto_free char *nobody = cog_printf("%.*s//1", (int)(id - name), name);
    auto_free char *word = cog_printf("%.*s/self/1", (int)(id - name), name);

    (void)state;
    assert_false(cog_owner_is_gone(boot));
    assert_false(cog_owner_is_gone(container));
    assert_false(cog_owner_is_gone(nobody));
    assert_false(cog_owner_is_gone(word));
    assert_false(cog_owner_is_gone(""));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_lives_owns),
        cmocka_unit_test(whoever_ended_does_not),
        cmocka_unit_test(ids_are_used_again),
        cmocka_unit_test(of_others_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
