/* made.c - which programs a command makes. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "shell/call.h"

const char *cog_call_name_in_path(const char *path)
{
    static const char *const folders[] = {
        "/bin/",      "/sbin/",           "/usr/bin/", "/usr/local/bin/",
        "/usr/sbin/", "/usr/local/sbin/", "/venv/bin/"};

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (strncmp(path, folders[i], length) == 0 && path[length] &&
            !strchr(path + length, '/'))
            return path + length;
    }
    return NULL;
}

void cog_call_note_path(const struct cog_shell_call *call, const char *path)
{
    const char *name = path ? cog_call_name_in_path(path) : NULL;

    if (name)
        json_object_set_new(call->calls->made, name, json_true());
}

/* What cp, mv, ln and install make: the last word, or in that folder each other one. */
static void make_copies(const struct cog_shell_call *call)
{
    size_t count = json_array_size(call->words) - call->from;
    const char *last = count > 2 ? cog_call_word(call, count - 1) : NULL;

    cog_call_note_path(call, last);
    for (size_t i = 1; last && i + 1 < count; i++) {
        const char *word = cog_call_word(call, i), *slash = strrchr(word, '/');
        auto_free char *path =
            cog_printf("%s%s%s", last, *last && last[strlen(last) - 1] == '/' ? "" : "/",
                       slash ? slash + 1 : word);
        if (*word != '-')
            cog_call_note_path(call, path);
    }
}

/* What curl, wget and tee write to, and chmod makes a program of. */
static void make_outputs(const struct cog_shell_call *call)
{
    static const char *const options[] = {"-o", "-O", "--output", "--output-document",
                                          NULL};
    const char *word;

    for (size_t i = 1; (word = cog_call_word(call, i)); i++) {
        if (cog_call_is_in(options, word) || *word == '/')
            cog_call_note_path(call, *word == '/' ? word : cog_call_word(call, i + 1));
        else if (cog_call_begins(word, "--output") && strchr(word, '='))
            cog_call_note_path(call, strchr(word, '=') + 1);
        else if (cog_call_begins(word, "-o") || cog_call_begins(word, "-O"))
            cog_call_note_path(call, word + 2);
        else if (*word == '-' && word[1] != '-' && strchr(word, 'o')) /* as in -sSLo */
            cog_call_note_path(call, cog_call_word(call, i + 1));
    }
}

void cog_call_note_made(const struct cog_shell_call *call, const char *program)
{
    static const char *const copies[] = {"cp", "install", "ln", "mv", NULL},
                             *const outputs[] = {"chmod", "curl", "tee", "wget", NULL};

    if (cog_call_is_in(copies, program))
        make_copies(call);
    else if (cog_call_is_in(outputs, program))
        make_outputs(call);
}
