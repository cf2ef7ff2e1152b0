/* installs.c - what a command installs. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "shell/call.h"

static void install(const struct cog_shell_call *call, const char *by, const char *text,
                    const char *options)
{
    json_array_append_new(call->calls->installs,
                          json_pack("{s:s, s:s, s:s, s:O}", "by", by, "text", text,
                                    "options", options, "origin", call->origin));
}

/* Options of pip and uv that have a value. */
static const char *const with_value[] = {"-r",
                                         "--requirement",
                                         "-c",
                                         "--constraint",
                                         "-i",
                                         "--index-url",
                                         "--pypi-url",
                                         "--extra-index-url",
                                         "-f",
                                         "--find-links",
                                         "-t",
                                         "--target",
                                         "--platform",
                                         "--python-version",
                                         "--implementation",
                                         "--abi",
                                         "--root",
                                         "--prefix",
                                         "--src",
                                         "--upgrade-strategy",
                                         "-C",
                                         "--config-settings",
                                         "--config-setting",
                                         "--global-option",
                                         "--build-option",
                                         "--install-option",
                                         "--only-binary",
                                         "--progress-bar",
                                         "--report",
                                         "--cache-dir",
                                         "--trusted-host",
                                         "--timeout",
                                         "--retries",
                                         "--proxy",
                                         "--cert",
                                         "--client-cert",
                                         "--python",
                                         "-p",
                                         "--index-strategy",
                                         "--torch-backend",
                                         "-w",
                                         "--wheel-dir",
                                         "-d",
                                         "--dest",
                                         NULL};

static void install_requirements(const struct cog_shell_call *call, size_t first)
{
    const char *word, *options = "";

    for (size_t i = first; (word = cog_call_word(call, i)); i++) {
        if (cog_call_begins(word, "--no-binary")) {
            options = "--no-binary";
            i += strchr(word, '=') == NULL;
        } else if (strcmp(word, "-e") == 0 || strcmp(word, "--editable") == 0) {
            word = cog_call_word(call, ++i);
            if (word && *word)
                install(call, "pip", word, "--editable");
        } else if (cog_call_is_in(with_value, word)) {
            i++;
        } else if (*word && *word != '-') {
            install(call, "pip", word, options);
        }
    }
}

/* pip, pip3, pip3.11 */
static bool is_pip(const char *program)
{
    return cog_call_begins(program, "pip") &&
           strspn(program + 3, "0123456789.") == strlen(program + 3);
}

/* python, python3, python3.11 */
static bool is_python(const char *program)
{
    return cog_call_begins(program, "python") &&
           strspn(program + 6, "0123456789.") == strlen(program + 6);
}

static void note_pip(const struct cog_shell_call *call, size_t command)
{
    const char *word;

    while ((word = cog_call_word(call, command)) && *word == '-')
        command++;
    if (word && (strcmp(word, "install") == 0 || strcmp(word, "wheel") == 0))
        install_requirements(call, command + 1);
}

static void note_setup(const struct cog_shell_call *call)
{
    static const char *const commands[] = {"bdist_wheel", "build",   "build_ext",
                                           "develop",     "install", NULL};
    const char *script = cog_call_word(call, 1), *word;

    if (!script || strlen(script) < 8 ||
        strcmp(script + strlen(script) - 8, "setup.py") != 0)
        return;
    for (size_t i = 2; (word = cog_call_word(call, i)); i++)
        if (cog_call_is_in(commands, word)) {
            auto_free char *text = cog_printf("%s %s", script, word);
            install(call, "setup", text, "");
            return;
        }
}

/* The packages of Node's makers have more programs than Debian's of that name. */
static void note_node(const struct cog_shell_call *call)
{
    static const char *const programs[] = {"corepack", "node", "npm", "npx"};

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        json_object_set_new(call->calls->made, programs[i], json_true());
}

/* The words behind `install` that are no options. */
static void note_apt(const struct cog_shell_call *call)
{
    bool installs = false;
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)); i++) {
        if (strcmp(word, "-t") == 0 || strcmp(word, "-o") == 0 ||
            strcmp(word, "--option") == 0)
            i++;
        else if (*word && *word != '-' && installs)
            install(call, "apt", word, "");
        if (installs && strcmp(word, "nodejs") == 0)
            note_node(call);
        installs |= strcmp(word, "install") == 0;
    }
}

/* The first word behind `clone` that is a URL. */
static void note_clone(const struct cog_shell_call *call)
{
    bool clones = false;
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)); i++) {
        if (clones && strchr(word, ':')) {
            install(call, "clone", word, "");
            return;
        }
        clones |= strcmp(word, "clone") == 0;
    }
}

void cog_call_note_installed(const struct cog_shell_call *call, const char *program)
{
    const char *first = cog_call_word(call, 1),
               *second = first ? cog_call_word(call, 2) : NULL;

    if (is_pip(program))
        note_pip(call, 1);
    else if (is_python(program) && second && strcmp(first, "-m") == 0 && is_pip(second))
        note_pip(call, 3);
    else if (is_python(program))
        note_setup(call);
    else if (strcmp(program, "uv") == 0 && second && is_pip(first))
        note_pip(call, 2);
    else if (strcmp(program, "git") == 0)
        note_clone(call);
    else if (strcmp(program, "apt-get") == 0 || strcmp(program, "apt") == 0)
        note_apt(call);
}
