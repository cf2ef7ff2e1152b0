/* process_calls.c - the programs that Python files start, and what the files import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "detect/imports.h"
#include "detect/process_calls.h"

static const struct {
    const char *text, *calls;
} files[] = {
    {"import subprocess\nsubprocess.run([\"tar\", \"-x\", path])",
     "2 [\"tar\",\"-x\",null]"},
    {"subprocess.run(args=('tar', '-x'))", "1 [\"tar\",\"-x\"]"},
    {"subprocess.check_call(f\"pget {url} {{x}} 'y'\", shell=True)",
     "1 \"pget $_ {x} 'y'\""},
    {"import subprocess as sp\nsp.Popen(r'a\\b')", "2 \"a\\\\b\""},
    {"from subprocess import (run as r,\n  call)\nr('a')\ncall(['b'])",
     "3 \"a\";4 [\"b\"]"},
    {"import os\nos . system", ""},
    {"os.system('a' ' b'\n' c' + d)", "1 \"a b c$_\""},
    {"os.system((\"a \"\n  \"b\"))", "1 \"a b\""},
    {"os.popen('''a\nb''')\nos.system('c')", "1 \"a\\nb\";3 \"c\""},
    {"shutil.which('ffmpeg')", "1 \"ffmpeg\""},
    {"subprocess.run([shutil.which('x'), 'y'])", "1 [null,\"y\"];1 \"x\""},
    {"cmd = ['a', str(b), 'c']\nif x == 1:\n  run(cmd)\nsubprocess.run(cmd)",
     "4 [\"a\",null,\"c\"]"},
    {"cmd = 'a'\ncmd = f()\nos.system(cmd)", ""},
    {"subprocess.run(shlex.split('a b'))", "1 \"a b\""},
    {"# os.system('a')\n'os.system(\"b\")'\nmy.os.system('c'); runs('d')", ""},
    {"'a\\'' ; os.system('b\\tc\\n')", "1 \"btc\\n\""},
    {"subprocess.run(['a'] + b, check=True)", "1 [\"a\"]"},
    {"await asyncio.create_subprocess_exec('a', '-b')", "1 \"a\""},
    {"os.system('never closed\nos.system('b')", "1 \"never closed\";2 \"b\""},
    {"os.system(", ""},
    {"def sh(cmd):\n  subprocess.run(cmd, shell=True)\nsh('a b')", "3 \"a b\""},
    {"sh(['a', x])\nasync def sh(cmd: str, y=1):\n  return os.system(cmd)",
     "1 [\"a\",null]"},
    {"class C:\n def go(self, line):\n  subprocess.Popen(args=shlex.split(line))\n"
     " def x(self):\n  self.go('a')",
     "5 \"a\""},
    {"def run(*words):\n  subprocess.check_call(words)\nrun('a', 'b')", "3 \"a\""},
    {"def f(path):\n  subprocess.run(['tar', path])\nf('a')", "2 [\"tar\",null]"},
    {"def f(a, b):\n  subprocess.run(b)\nf('a', 'b')", ""},
    {"def f(a):\n  a = ['tar'] + a\n  subprocess.run(a)\nf('x')", "3 [\"tar\"]"},
    {"def f(a): pass\ndef g():\n  subprocess.run(a)\nf('x')", ""},
    {"from lib.tools import shell as s\ns('a')\nother.shell('b')", "2 \"a\""},
    {"import tools\ntools.shell('a')\nx.tools.shell('b'); shell('c')", "2 \"a\";3 \"b\""},
    {"def ", ""},
    {"def f(", ""},
    {"def f(self, *, a): subprocess.run(a)\nf('x')", "2 \"x\""},
};

static void finds_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        json_auto_t *wrappers = json_pack("{s:b}", "tools.shell", 1);
        cog_process_wrappers(files[i].text, "m", wrappers);
        json_auto_t *calls = cog_process_calls(files[i].text, "m", wrappers);
        const json_t *call;
        char *found;
        size_t size, index;
        FILE *out = cog_text_open(&found, &size);
        json_array_foreach(calls, index, call) {
            auto_free char *value =
                json_dumps(json_object_get(call, "value"), JSON_COMPACT | JSON_ENCODE_ANY);
            (void)fprintf(out, "%s%d %s", index ? ";" : "",
                          (int)json_integer_value(json_object_get(call, "line")), value);
        }
        cog_text_close(out, &found);
        if (strcmp(found, files[i].calls) != 0)
            fail_msg("%s\n  gives    %s\n  and not  %s", files[i].text, found,
                     files[i].calls);
        free(found);
    }
}

static void finds_imports(void **state)
{
    static const char text[] = "import a, b.c as d\nfrom .e import (f as g,\n h)\n"
                               "def x():\n  from . import i\n\"import j\"\n";
    json_auto_t *aliases = json_object();
    json_auto_t *modules = cog_module_imports(text, aliases);
    auto_free char *named = json_dumps(aliases, JSON_COMPACT | JSON_SORT_KEYS);
    const char *module;
    char *found;
    size_t size;
    FILE *out = cog_text_open(&found, &size);
    json_t *value;

    (void)state;
    json_object_foreach(modules, module, value) {
        (void)fprintf(out, "%s ", module);
    }
    cog_text_close(out, &found);
    assert_string_equal(found, "a b.c .e .e.f .e.h . .i ");
    free(found);
    assert_string_equal(named,
                        "{\"d\":\"b.c\",\"g\":\".e.f\",\"h\":\".e.h\",\"i\":\".i\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_calls),
        cmocka_unit_test(finds_imports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
