/* env.c - environments of stages and images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>

#include "llb/env.h"

static void expect(const json_t *env, const char *text)
{
    json_auto_t *list = cog_env_list(env);
    char *found = json_dumps(list, JSON_COMPACT);

    assert_string_equal(found, text);
    free(found);
}

static void test_env(void **state)
{
    json_auto_t *env = json_object();
    json_auto_t *list = json_pack("[s,s,s,s,i]", "PATH=/bin", "B=1=2", "=x", "novalue", 3);
    json_auto_t *changes = json_pack("{s:s, s:s, s:s, s:s}", "PATH", "/venv/bin:${PATH}",
                                     "A", "${B}${NONE}", "C", "$B ${", "B", "${A}");

    (void)state;
    cog_env_add_list(env, list);
    expect(env, "[\"B=1=2\",\"PATH=/bin\"]");
    cog_env_add(env, changes); /* every ${NAME} is the value before */
    expect(env, "[\"A=1=2\",\"B=\",\"C=$B ${\",\"PATH=/venv/bin:/bin\"]");
    cog_env_add(env, NULL);
    expect(env, "[\"A=1=2\",\"B=\",\"C=$B ${\",\"PATH=/venv/bin:/bin\"]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_env)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
