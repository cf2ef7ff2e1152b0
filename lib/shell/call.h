/* call.h - one command that is looked at; for the files of this folder. */
#ifndef COG_SHELL_CALL_H
#define COG_SHELL_CALL_H

#include "shell/calls.h"

/* A command while it is looked at: its words from `from` on. */
struct cog_shell_call {
    struct cog_calls *calls;
    const json_t *words;
    size_t from;
    json_t *origin;
    unsigned depth;
};

/* Word `index` of the call; "" where it is not known, NULL behind the last. */
const char *cog_call_word(const struct cog_shell_call *call, size_t index);

bool cog_call_is_in(const char *const *list, const char *word); /* which ends with NULL */
bool cog_call_begins(const char *text, const char *with);

/* The name of a program that lies at `path` and is found without it; NULL: it is not. */
const char *cog_call_name_in_path(const char *path);

/* Notes what a call of the program makes, and what it installs. */
void cog_call_note_made(const struct cog_shell_call *call, const char *program);
void cog_call_note_path(const struct cog_shell_call *call,
                        const char *path); /* may be NULL */
void cog_call_note_installed(const struct cog_shell_call *call, const char *program);

#endif
