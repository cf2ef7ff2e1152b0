/* calls.c - finds out what shell commands call, make and install. */
#include "shell/calls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "shell/call.h"
#include "shell/shell.h"

enum { MAX_DEPTH = 8 }; /* of texts in texts */

static void look(const struct cog_shell_call *call);
static const char *look_at_text(const struct cog_shell_call *call, const char *text);

void cog_calls_init(struct cog_calls *calls)
{
    *calls = (struct cog_calls){.programs = json_object(),
                                .installs = json_array(),
                                .variables = json_object(),
                                .made = json_object()};
}

void cog_calls_release(struct cog_calls *calls)
{
    json_decref(calls->programs);
    json_decref(calls->installs);
    json_decref(calls->variables);
    json_decref(calls->made);
}

static bool is_builtin(const char *name)
{
    static const char *const builtins[] = {
        ".",       ":",       "[",        "[[",      "]]",    "alias",    "bg",     "break",
        "cd",      "command", "continue", "declare", "echo",  "eval",     "exec",   "exit",
        "export",  "false",   "fg",       "getopts", "hash",  "jobs",     "kill",   "local",
        "popd",    "printf",  "pushd",    "pwd",     "read",  "readonly", "return", "set",
        "shift",   "shopt",   "source",   "test",    "times", "trap",     "true",   "type",
        "typeset", "ulimit",  "umask",    "unalias", "unset", "wait",     NULL};

    return cog_call_is_in(builtins, name);
}

/* The name by which a program is called that the image has to have; NULL: none. */
static const char *name_of(const char *word)
{
    const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;

    if (slash && strcmp(name, "configure") == 0)
        return name;
    if (slash && (!cog_call_name_in_path(word) || cog_call_begins(word, "/usr/local/") ||
                  cog_call_begins(word, "/venv/")))
        return NULL;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_.+-", *c))
            return NULL;
    return isalnum((unsigned char)*name) && !is_builtin(name) ? name : NULL;
}

static void set_first(json_t *object, const char *name, json_t *origin)
{
    if (!json_object_get(object, name))
        json_object_set(object, name, origin);
}

/* How many words stand before the program that the call is to run; 0: it runs none. */
static size_t count_before(const struct cog_shell_call *call, const char *program)
{
    static const struct {
        const char *program, *with_value; /* letters of options */
        size_t operands;
    } runners[] = {
        {"command", "", 0},   {"env", "uCS", 0},    {"exec", "a", 0},
        {"ionice", "cnp", 0}, {"nice", "n", 0},     {"nohup", "", 0},
        {"setsid", "", 0},    {"stdbuf", "ioe", 0}, {"sudo", "CDghpRrTtUu", 0},
        {"time", "fo", 0},    {"timeout", "ks", 1}, {"xargs", "adEIiLnPs", 0},
    };
    size_t count = 1, row = 0;
    const char *word;

    while (row < sizeof runners / sizeof *runners &&
           strcmp(runners[row].program, program) != 0)
        row++;
    if (row == sizeof runners / sizeof *runners)
        return 0;
    while ((word = cog_call_word(call, count)) && (*word == '-' || strchr(word, '='))) {
        bool value =
            *word == '-' && word[1] && !word[2] && strchr(runners[row].with_value, word[1]);
        count += value ? 2 : 1;
    }
    if (strcmp(program, "command") == 0 &&
        count > 1) /* command -v asks, and runs nothing */
        return 0;
    return count + runners[row].operands;
}

static bool is_shell(const char *program)
{
    static const char *const shells[] = {"ash", "bash", "dash", "ksh", "sh", "zsh", NULL};

    return cog_call_is_in(shells, program);
}

/* The text that a shell is given by -c, in which letters may stand before the c. */
static const char *shell_text(const struct cog_shell_call *call)
{
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)) && *word == '-'; i++)
        if (word[1] != '-' && word[strlen(word) - 1] == 'c')
            return cog_call_word(call, i + 1);
    return NULL;
}

static void look_inside(const struct cog_shell_call *call, const char *program)
{
    struct cog_shell_call inner = *call;
    size_t before = count_before(call, program);
    const char *text = is_shell(program)              ? shell_text(call)
                       : strcmp(program, "eval") == 0 ? cog_call_word(call, 1)
                                                      : NULL;

    if (++inner.depth > MAX_DEPTH)
        return;
    if (text)
        (void)look_at_text(&inner, text);
    inner.from += before;
    if (before && cog_call_word(&inner, 0))
        look(&inner);
}

static void note_exported(const struct cog_shell_call *call)
{
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)); i++) {
        auto_free char *name = cog_strndup(word, strcspn(word, "="));
        if (strchr(word, '='))
            set_first(call->calls->variables, name, call->origin);
    }
}

/* Commands of git that are programs of their own. */
static const char *name_with_command(const struct cog_shell_call *call, const char *name)
{
    const char *command = cog_call_word(call, 1);

    return strcmp(name, "git") == 0 && command && strcmp(command, "lfs") == 0 ? "git-lfs"
                                                                              : name;
}

/* The programs that tar calls, by its letters and by the names of the archives. */
static void note_compressors(const struct cog_shell_call *call)
{
    static const struct {
        const char *program, *option, *suffixes[2];
        char letter;
    } compressors[] = {{"bzip2", "--bzip2", {".bz2", ".tbz"}, 'j'},
                       {"xz", "--xz", {".xz", ".txz"}, 'J'},
                       {"zstd", "--zstd", {".zst", ".tzst"}, '\0'}};
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)); i++)
        for (size_t k = 0; k < sizeof compressors / sizeof *compressors; k++) {
            bool letters = (i == 1 || *word == '-') && word[0] && word[1] != '-' &&
                           !strpbrk(word, "./=") && compressors[k].letter;
            if (cog_text_ends(word, compressors[k].suffixes[0]) ||
                cog_text_ends(word, compressors[k].suffixes[1]) ||
                strcmp(word, compressors[k].option) == 0 ||
                (letters && strchr(word, compressors[k].letter)))
                set_first(call->calls->programs, compressors[k].program, call->origin);
        }
}

static void look(const struct cog_shell_call *call)
{
    const char *word = cog_call_word(call, 0), *name = word ? name_of(word) : NULL;
    bool sudo =
        name && strcmp(name, "sudo") == 0 && !call->depth && !call->calls->keeps_sudo;

    if (!word || !*word)
        return;
    if (name && !sudo && !json_object_get(call->calls->made, name))
        set_first(call->calls->programs, name_with_command(call, name), call->origin);
    const char *slash = strrchr(word, '/'), *program = slash ? slash + 1 : word;
    cog_call_note_installed(call, program);
    cog_call_note_made(call, program);
    if (strcmp(program, "tar") == 0)
        note_compressors(call);
    if (strcmp(program, "export") == 0 || strcmp(program, "env") == 0)
        note_exported(call);
    look_inside(call, program);
}

static void look_at_command(const struct cog_shell_call *call, const json_t *command)
{
    struct cog_shell_call own = *call;
    const char *name;
    const json_t *path;
    json_t *value;
    size_t index;

    own.words = json_object_get(command, "words");
    own.from = 0;
    json_object_foreach(json_object_get(command, "env"), name, value) {
        set_first(call->calls->variables, name, call->origin);
    }
    look(&own);
    json_array_foreach(json_object_get(command, "writes"), index, path) {
        cog_call_note_path(call, json_string_value(path));
    }
}

static const char *look_at_text(const struct cog_shell_call *call, const char *text)
{
    json_auto_t *commands = cog_shell_read(text);
    const json_t *command;
    size_t index;

    json_array_foreach(commands, index, command) {
        look_at_command(call, command);
    }
    return commands ? NULL : COG_SHELL_UNBALANCED;
}

const char *cog_calls_add(struct cog_calls *calls, const char *text, json_t *origin)
{
    const struct cog_shell_call call = {.calls = calls, .origin = origin};

    return look_at_text(&call, text);
}

void cog_calls_add_words(struct cog_calls *calls, const json_t *words, json_t *origin)
{
    const struct cog_shell_call call = {.calls = calls, .words = words, .origin = origin};

    look(&call);
}

bool cog_calls_apt(const char *text, bool *updates)
{
    struct cog_calls calls;
    json_auto_t *nowhere = json_null();

    cog_calls_init(&calls);
    (void)cog_calls_add(&calls, text, nowhere);
    bool apt = json_object_get(calls.programs, "apt-get") ||
               json_object_get(calls.programs, "apt");
    *updates = apt && strstr(text, " update");
    cog_calls_release(&calls);
    return apt;
}
