/* calls.h - what shell texts ask of the machine: the programs that they call, and what they
 * install themselves.
 *
 * Read are also sh -c, eval, env, xargs and others that call a program which they are
 * given. The builtins of shells, programs that a text before made (curl -o
 * /usr/local/bin/NAME, chmod, cp, a redirection) and those in folders of their own are left
 * out. */
#ifndef COG_SHELL_CALLS_H
#define COG_SHELL_CALLS_H

#include <jansson.h>
#include <stdbool.h>

struct cog_calls {
    json_t *programs;  /* by name, in order: the place of the first call; */
                       /* "configure" is the script of that name in any folder */
    json_t *installs;  /* array of objects with "by", "text", "origin": by "apt" a Debian
                          package, by "pip" a requirement, by "clone" a repository, by
                          "setup" (text: the command)  what stands in the current folder */
    json_t *variables; /* those that are set, by name, as `programs` */
    json_t *made;      /* names of programs, as a set */
    bool keeps_sudo;   /* it is not left out by cog_shell_without_sudo() */
};

void cog_calls_init(struct cog_calls *calls);
void cog_calls_release(struct cog_calls *calls);

/* Adds what a text, or one command whose words are known or null, calls; `origin` is
 * shared. Returns NULL, or what kept the text from being read; static. */
const char *cog_calls_add(struct cog_calls *calls, const char *text, json_t *origin);
void cog_calls_add_words(struct cog_calls *calls, const json_t *words, json_t *origin);

/* Whether a command of the text fetches Debian packages; sets `*updates`: it gets their
 * lists before. */
bool cog_calls_apt(const char *text, bool *updates);

#endif
