/* cog-login.c - logs in to a registry. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/exit.h"
#include "base/secret.h"
#include "cli/environment.h"
#include "cli/program.h"
#include "cli/prompt.h"
#include "oci/login.h"
#include "submit/certificates.h"

enum { MAX_WORD = 16384 };

struct request {
    const char *registry, *user;
    bool token_stdin;
    char line[MAX_WORD], secret[MAX_WORD];
};

static const struct cog_option options[] = {
    {0, "registry", "HOST", "which (default: COG_REGISTRY_HOST, or r8.im of Replicate)",
     COG_OPTION_TEXT, offsetof(struct request, registry)},
    {'u', "username", "NAME", "the user name", COG_OPTION_TEXT,
     offsetof(struct request, user)},
    {0, "token-stdin", NULL, "read the password or token from stdin", COG_OPTION_FLAG,
     offsetof(struct request, token_stdin)},
    {0},
};

static const struct cog_pos nowhere = {0};

/* Completes the request. Returns 0, -1 after usage.option, or COG_EXIT_INTERRUPTED. */
static int ask(struct request *r, struct cog_diags *diags)
{
    bool terminal = isatty(STDIN_FILENO) && !r->token_stdin;

    if (!r->user && terminal) {
        if (cog_prompt("User name: ", false, r->line, MAX_WORD, diags) < 0)
            return COG_EXIT_INTERRUPTED;
        r->user = r->line;
    }
    if (!r->user || !*r->user)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "the user name is missing; give it with --username");
    const char *question = terminal ? "Password or token: " : NULL;
    if ((terminal || r->token_stdin) &&
        cog_prompt(question, true, r->secret, MAX_WORD, diags) < 0)
        return COG_EXIT_INTERRUPTED;
    if (!*r->secret)
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "the password or token is missing; give it on stdin, with "
                          "--token-stdin");
    return 0;
}

static int login(const struct request *r, const char *config_dir, struct cog_diags *diags)
{
    struct cog_retry patience = {COG_RETRY_MS};
    auto_free char *authorities = NULL, *helper = NULL;
    struct cog_login login = {NULL,      r->registry, r->user,
                              r->secret, config_dir,  getenv("COG_TOKEN_SERVERS"),
                              NULL,      &patience};

    if (cog_certificates_load(&authorities, diags) < 0)
        return -1;
    login.http = cog_http_new();
    login.ca_text = authorities;
    cog_http_watch_signals(login.http);
    int result = cog_login_check(&login, diags);
    cog_http_free(login.http);
    if (result != 0)
        return result;
    (void)mkdir(config_dir, 0700);
    if (cog_login_store(&login, &helper, diags) < 0)
        return -1;
    auto_free char *told =
        cog_printf("cog: logged in to %s as %s; the password is kept by %s%s\n",
                   r->registry, r->user, helper ? "docker-credential-" : config_dir,
                   helper ? helper : "/config.json, which only you can read");
    cog_diags_text(diags, told, strlen(told));
    return 0;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *r = state;
    auto_free char *config_dir = cog_environment_docker_config();
    const char *host = getenv("COG_REGISTRY_HOST");

    (void)in;
    (void)out;
    if (!r->registry)
        r->registry = host && *host ? host : "r8.im";
    cog_secrets_protect();
    cog_secret_lock(r->secret, sizeof r->secret);
    if (!config_dir)
        return cog_report(diags, COG_FAILURE, nowhere, "machine.write",
                          "there is no folder for Docker's configuration; set HOME");
    int result = ask(r, diags);
    if (result == 0)
        result = login(r, config_dir, diags);
    else if (result < 0)
        result = COG_EXIT_USAGE;
    cog_secret_wipe(r->secret, sizeof r->secret);
    return result;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-login",
        .purpose =
            "Logs in to a registry, Replicate's or other registries: checks a username "
            "and password,\nand keeps them where builds, cog push and docker look.",
        .options = options,
        .run = run,
    };
    static struct request request;

    return cog_main(&program, &request, argc, argv);
}
