/* remedy.c - what helps against what is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <string.h>

#include "base/auto.h"
#include "versions/remedy.h"

static const struct {
    const char *line, *has; /* NULL: there is none */
} lines[] = {
    {"/bin/sh: 1: curl: not found",
     "the program curl; add to cog.yaml's build: system_packages: [curl]"},
    {"bash: line 1: /usr/bin/make: command not found", "[make, g++, gcc]"},
    {"bash: git: command not found", "[git]"},
    {"env: \xE2\x80\x98wget\xE2\x80\x99: No such file or directory", "[wget]"},
    {"FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'", "[ffmpeg]"},
    {"make: gcc: No such file or directory", "[gcc, libc6-dev]"},
    {"    error: command 'gcc' failed: No such file or directory", "[gcc, libc6-dev]"},
    {"ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
     "[git]"},
    {"x.c:1:10: fatal error: libpq-fe.h: No such file or directory",
     "the header libpq-fe.h; add to cog.yaml's build: system_packages: [libpq-dev]"},
    {"./x.c:1:10: fatal error: 'Eigen/Dense' file not found", "[libeigen3-dev]"},
    {"ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
     "the library libGL.so.1; add to cog.yaml's build: system_packages: [libgl1]"},
    {"OSError: libavutil.so.59: cannot open shared object file: No such file or directory",
     "[ffmpeg]"},
    {"/bin/sh: 1: nvcc: not found", "gpu: true"},
    {"OSError: CUDA_HOME environment variable is not set. Please set it", "gpu: true"},
    {"x.cpp:3:10: fatal error: cuda_runtime_api.h: No such file or directory", "gpu: true"},
    {"ModuleNotFoundError: No module named 'setuptools'", "requirements.txt: setuptools"},
    {"ModuleNotFoundError: No module named 'torch'", "--no-build-isolation"},
    {"ModuleNotFoundError: No module named 'mine'", NULL},
    {"/bin/sh: 1: add-apt-repository: not found", "--base"},
    {"/bin/sh: 1: nosuchprogram: not found", NULL},
    {"x.c:1:10: fatal error: mine.h: No such file or directory", NULL},
    {"cp: cannot stat 'curl': No such file or directory", NULL},
    {"curl is not found", NULL},
    {": not found", NULL},
    {"not found", NULL},
    {"", NULL},
};

static void knows_what_helps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        auto_free char *remedy = cog_remedy(lines[i].line);
        if (!remedy != !lines[i].has || (remedy && !strstr(remedy, lines[i].has)))
            fail_msg("%s\n  gives    %s\n  and not  %s", lines[i].line,
                     remedy ? remedy : "nothing", lines[i].has ? lines[i].has : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_helps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
