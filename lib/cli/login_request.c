/* login_request.c - asks for a user name and a secret. */
#include "cli/login_request.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "cli/prompt.h"
#include "oci/token_owner.h"

static const struct cog_pos nowhere = {0};

static int misses(const char *what, struct cog_diags *diags)
{
    cog_report(diags, COG_ERROR, nowhere, "usage.option", "the %s", what);
    return COG_EXIT_USAGE;
}

static int ask_name(struct cog_login_request *r, bool terminal, struct cog_diags *diags)
{
    if (!r->user && terminal) {
        if (cog_prompt("User name: ", false, r->line, COG_LOGIN_MAX_WORD, diags) < 0)
            return COG_EXIT_INTERRUPTED;
        r->user = r->line;
    }
    if (!r->user || !*r->user)
        return misses("user name is missing; give it with --username", diags);
    return 0;
}

static int ask_secret(struct cog_login_request *r, bool terminal, struct cog_diags *diags)
{
    const char *question = terminal ? "Password or token: " : NULL;

    if ((terminal || r->token_stdin) &&
        cog_prompt(question, true, r->secret, COG_LOGIN_MAX_WORD, diags) < 0)
        return COG_EXIT_INTERRUPTED;
    if (!*r->secret)
        return misses("password or token is missing; give it on stdin, with --token-stdin",
                      diags);
    return 0;
}

int cog_login_ask(struct cog_login_request *r, struct cog_login *login,
                  struct cog_diags *diags)
{
    bool terminal = isatty(STDIN_FILENO) && !r->token_stdin;
    auto_free char *page = NULL;
    int result = 0;

    if (!r->user && (terminal || r->token_stdin))
        result = cog_token_page(login, &page, diags);
    if (result < 0 || result == COG_EXIT_INTERRUPTED)
        return result;
    if (page && terminal) {
        auto_free char *told = cog_printf("Your token is shown at %s\n", page);
        cog_diags_text(diags, told, strlen(told));
    }
    result = page ? 0 : ask_name(r, terminal, diags);
    if (result == 0)
        result = ask_secret(r, terminal, diags);
    cog_http_watch_signals(login->http); /* before, they end the questions */
    if (result == 0 && page) {
        result = cog_token_owner(login, &r->owner, diags);
        r->user = r->owner;
    }
    login->user = r->user;
    return result;
}
