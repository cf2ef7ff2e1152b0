/* login_request.h - who logs in where, by options, the terminal and standard input. */
#ifndef COG_CLI_LOGIN_REQUEST_H
#define COG_CLI_LOGIN_REQUEST_H

#include <stdbool.h>

#include "oci/login.h"

enum { COG_LOGIN_MAX_WORD = 16384 };

struct cog_login_request {
    const char *registry, *user; /* NULL: not given */
    bool token_stdin;
    char *owner; /* of a token; the caller frees it */
    char line[COG_LOGIN_MAX_WORD], secret[COG_LOGIN_MAX_WORD];
};

/* Asks for what the request does not say: the person at the terminal, and where a token is
 * enough, the registry whose it is. Fills in `login`, and has signals watched from then on.
 * Returns 0, -1 after a diagnostic of token_owner.h, COG_EXIT_USAGE after usage.option, or
 * COG_EXIT_INTERRUPTED. */
int cog_login_ask(struct cog_login_request *request, struct cog_login *login,
                  struct cog_diags *diags);

#endif
