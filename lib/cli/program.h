/* program.h - the shared main() of every program: options, documents, exit status.
 *
 * A program is a filter from one JSON document to another. cog_main() parses the command
 * line, answers
 * --help and --version, reads and checks the document on stdin, calls run(), prints what it
 * made whole or not at all, and prints the diagnostics. Exit statuses are those of
 * base/exit.h. */
#ifndef COG_CLI_PROGRAM_H
#define COG_CLI_PROGRAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "cli/options.h"

/* What a program reads: the document on stdin and its very bytes. */
struct cog_input {
    json_t *doc;
    const char *bytes;
    size_t size;
};

/* What run() made: either `doc` (a new reference) or `bytes` (malloc'ed); neither: nothing
 * is written. */
struct cog_output {
    json_t *doc;
    char *bytes;
    size_t size;
};

struct cog_program {
    const char *name;
    const char *purpose; /* one sentence */
    const char
        *read; /* "cog/project-1", "" any document, NULL stdin is not read by cog_main */
    const char *write;    /* for --help; NULL: not a document */
    const char *operands; /* for --help, such as "[FILE]"; NULL: none are taken */
    bool command;         /* the operands are a command: options end where it begins */
    const struct cog_option *options; /* may be NULL */
    /* Takes one option that the table gives it, or with letter 0 one operand. Returns 0, or
     * -1 after a diagnostic whose code begins with "usage."; the exit status is then 2. */
    int (*option)(void *state, int letter, const char *value, struct cog_diags *diags);
    /* What is wrong with the options taken together, or NULL; may be NULL. */
    const char *(*contradiction)(const void *state);
    /* Whether stdin is read, once the options are known; NULL: always, when `read` is set.
     */
    bool (*reads)(const void *state);
    /* Returns 0, -1 after a diagnostic, or another exit status such as
     * COG_EXIT_INTERRUPTED. */
    int (*run)(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags);
};

/* Runs the program; the return value is main()'s. */
int cog_main(const struct cog_program *program, void *state, int argc, char **argv);

#endif
