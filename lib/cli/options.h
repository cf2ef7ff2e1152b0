/* options.h - the command line of a program, by its table of options. */
#ifndef COG_CLI_OPTIONS_H
#define COG_CLI_OPTIONS_H

#include <stddef.h>

#include "base/diag.h"

/* Where the value of an option goes. */
enum cog_option_kind {
    COG_OPTION_CALL, /* to the program's option() */
    COG_OPTION_TEXT, /* to a const char *, borrowed from the command line */
    COG_OPTION_FLAG, /* to a bool, which becomes true */
    COG_OPTION_LIST, /* to the array at a json_t * */
    /* No option but those of `group`, whose offsets count from this one's. */
    COG_OPTION_GROUP,
};

struct cog_option {
    int letter;       /* what option() gets; below 256 also the short option; 0: has none */
    const char *name; /* the long option; NULL, where it is no group, ends the table */
    const char *arg;  /* name of the value; "[=NAME]" when it may be left out, and the value
                         is then NULL; NULL for a switch */
    const char *help; /* one line */
    enum cog_option_kind kind;
    unsigned offset; /* of its place in the program's state, in bytes */
    const struct cog_option *group;
};

struct cog_program;

/* Takes the options and operands of a program into its state. Returns 0; 1 after --help or
 * --version; -1 after diagnostics usage.option and usage.operand. */
int cog_options_parse(const struct cog_program *program, void *state, int argc, char **argv,
                      struct cog_diags *diags);

/* Takes a whole number from 1 to `most` (up to 9,999,999) for an option. Returns 0, or -1
 * after usage.option. */
int cog_option_number(const char *name, const char *value, long most, long *number,
                      struct cog_diags *diags);

#endif
