/* shell.c - what shell texts call, make and install. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "shell/calls.h"
#include "shell/shell.h"

static void print_keys(FILE *out, const json_t *object)
{
    const char *name, *space = "";
    json_t *value;

    json_object_foreach((json_t *)object, name, value) {
        (void)fprintf(out, "%s%s", space, name);
        space = " ";
    }
}

/* "programs; by text, by text"; "unbalanced". The caller frees it. */
static char *told(const char *text)
{
    struct cog_calls calls;
    json_auto_t *origin = json_null();
    const json_t *item;
    char *result;
    size_t size, index;
    FILE *out = cog_text_open(&result, &size);

    cog_calls_init(&calls);
    if (cog_calls_add(&calls, text, origin))
        (void)fputs("unbalanced", out);
    print_keys(out, calls.programs);
    json_array_foreach(calls.installs, index, item) {
        const char *options = json_string_value(json_object_get(item, "options"));
        (void)fprintf(out, "%s %s %s%s%s", index ? "," : ";",
                      json_string_value(json_object_get(item, "by")),
                      *options ? options : "", *options ? " " : "",
                      json_string_value(json_object_get(item, "text")));
    }
    cog_calls_release(&calls);
    cog_text_close(out, &result);
    return result;
}

static const struct {
    const char *text, *told;
} texts[] = {
    {"", ""},
    {"curl x", "curl"},
    {"git lfs pull; git pull", "git-lfs git"},
    {"curl -o /usr/local/bin/pget -L \"https://x/$(uname -s)\" && chmod +x "
     "/usr/local/bin/pget && pget a b",
     "uname curl chmod"},
    {"curl -sSLo /usr/bin/pget u; pget", "curl"},
    {"wget u -O/usr/local/bin/pget; pget", "wget"},
    {"curl u --output=/usr/local/bin/pget; pget", "curl"},
    {"curl u >/usr/local/bin/pget; pget", "curl"},
    {"cp a/pget b /usr/local/bin/; pget; b; c", "cp c"},
    {"ln -s /opt/x/foo /usr/bin/foo; foo", "ln"},
    {"git clone u && cd x && pip install -e .", "git pip; pip --editable ."},
    {"tar xf a.tar.xz; tar -C /j -xjf b; tar --zstd -x", "tar xz bzip2 zstd"},
    {"tar xzf J.tar.gz -C j/J --strip=1; tar -x -f jJ.tar", "tar"},
    {"apt-get install -y nodejs && npm x && npx y && yarn z", "apt-get yarn; apt nodejs"},
    {"a | b |& c || d & e\nf", "a b c d e f"},
    {"a \\\n b", "a"},
    {"a 'b; c' \"d && e\" f\\;g", "a"},
    {"a \"$(b \"$(c)\" `d`)\"", "c d b a"},
    {"a `b \\`c\\``", "c b a"},
    {"A=1 B=\"x y\" a", "a"},
    {"A=$(b)", "b"},
    {"sudo -E apt-get update", "apt-get"},
    {"sudo -u x A=1 git pull", "git"},
    {"sh -c 'sudo a; bash -lc \"b\"'", "sh sudo a bash b"},
    {"eval \"a b\"", "a"},
    {"env -i A=1 a", "env a"},
    {"timeout -k 5 10 a; nice -n 5 b; xargs -n 1 c; nohup d",
     "timeout a nice b xargs c nohup d"},
    {"command -v git || true", ""},
    {"exec a", "a"},
    {"/usr/bin/git x; /bin/sh -c y; /opt/z; ./w; d/v", "git sh y"},
    {"cd x && ./configure --prefix=/usr && make -j$(nproc) install",
     "configure nproc make"},
    {"$A b; ${C}d e; \"$F\"", ""},
    {"# curl\na # wget\nb#c", "a"},
    {"echo 'curl x'", ""},
    {"if a; then b; elif c; then d; else e; fi", "a b c d e"},
    {"for x in curl wget; do a; done; while b; do c; done", "a b c"},
    {"case $x in git) a;; *) b;; esac", "a b"},
    {"! a && { b; } && (c; d)", "a b c d"},
    {"f() { a; }; f", "a f"},
    {"cat <<END >x\ncurl x\n'\nEND\ngit y", "cat git"},
    {"cat <<-'END'\n\tcurl x\n\tEND\ngit y", "cat git"},
    {"a <<<b 2>&1 >/dev/null <c", "a"},
    {"diff <(a) <(b)", "a b diff"},
    {"a $((1 + (2))) ${B:-$(x)}", "a"},
    {"[[ -e x ]] && a", "a"},
    {"a \"b", "unbalanced"},
    {"a 'b", "unbalanced"},
    {"(a", "unbalanced"},
    {"a `b", "unbalanced"},
    {"`(h=", "unbalanced"},
    {"pip install x==1 'y[z]>2' -r f -i u git+https://h/p@c --no-build-isolation",
     "pip; pip x==1, pip y[z]>2, pip git+https://h/p@c"},
    {"python3 -m pip install -U --no-binary :all: x", "python3; pip --no-binary x"},
    {"uv pip install --system x", "uv; pip x"},
    {"pip --no-cache-dir wheel x \"y==$V\"", "pip; pip x"},
    {"pip3.11 uninstall x; pip list", "pip3.11 pip"},
    {"cd a && python setup.py develop", "python; setup setup.py develop"},
    {"apt-get install -y --no-install-recommends git $X curl=7.* && git x",
     "apt-get git; apt git, apt curl=7.*"},
    {"apt -qq update; apt install x", "apt; apt x"},
};

static void tells_what_is_called(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        auto_free char *found = told(texts[i].text);
        if (strcmp(found, texts[i].told) != 0)
            fail_msg("%s\n  gives    %s\n  and not  %s", texts[i].text, found,
                     texts[i].told);
    }
}

static void leaves_sudo_out(void **state)
{
    static const struct {
        const char *text, *without;
    } commands[] = {
        {"sudo a", "a"},
        {"a && sudo -E -H b | sudo  c", "a && b | c"},
        {"sudo -u root A=1 b", "b"},
        {"sudo -- a", "a"},
        {"/usr/bin/sudo a \"$(sudo b)\"", "a \"$(b)\""},
        {"(sudo a) # sudo b", "(a) # sudo b"},
        {"a sudo", NULL},
        {"sudo", NULL},
        {"echo 'sudo a'", NULL},
        {"sudo 'a", NULL},
        {"a `sudo b`", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        auto_free char *found = cog_shell_without_sudo(commands[i].text);
        if (!found || !commands[i].without)
            assert_ptr_equal(found, commands[i].without);
        else
            assert_string_equal(found, commands[i].without);
    }
}

static void sees_apt(void **state)
{
    bool updates;

    (void)state;
    assert_true(cog_calls_apt("apt-get update && apt-get install x", &updates));
    assert_true(updates);
    assert_true(cog_calls_apt("sudo apt install x", &updates));
    assert_false(updates);
    assert_false(cog_calls_apt("echo apt-get update", &updates));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_called),
        cmocka_unit_test(leaves_sudo_out),
        cmocka_unit_test(sees_apt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
