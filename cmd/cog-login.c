/* cog-login.c - logs in to a registry. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/secret.h"
#include "cli/environment.h"
#include "cli/login_request.h"
#include "cli/program.h"
#include "submit/certificates.h"

static const struct cog_option options[] = {
    {0, "registry", "HOST", "which (default: COG_REGISTRY_HOST, or r8.im of Replicate)",
     COG_OPTION_TEXT, offsetof(struct cog_login_request, registry)},
    {'u', "username", "NAME", "the user name", COG_OPTION_TEXT,
     offsetof(struct cog_login_request, user)},
    {0, "token-stdin", NULL, "read the password or token from stdin", COG_OPTION_FLAG,
     offsetof(struct cog_login_request, token_stdin)},
    {0},
};

static const struct cog_pos nowhere = {0};

/* The registry, as docker login has it. */
static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct cog_login_request *r = state;

    (void)letter;
    if (r->registry)
        return cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                          "one registry is logged in to at a time: %s or %s", r->registry,
                          value);
    r->registry = value;
    return 0;
}

static int store(const struct cog_login *login, struct cog_diags *diags)
{
    auto_free char *helper = NULL;

    (void)mkdir(login->config_dir, 0700);
    if (cog_login_store(login, &helper, diags) < 0)
        return -1;
    auto_free char *told = cog_printf(
        "cog: logged in to %s as %s; the password is kept by %s%s\n", login->host,
        login->user, helper ? "docker-credential-" : login->config_dir,
        helper ? helper : "/config.json, which only you can read");
    cog_diags_text(diags, told, strlen(told));
    return 0;
}

static int log_in(struct cog_login_request *r, const char *config_dir,
                  struct cog_diags *diags)
{
    struct cog_retry patience = {COG_RETRY_MS};
    auto_free char *authorities = NULL;
    struct cog_login login = {NULL,      r->registry, NULL,
                              r->secret, config_dir,  getenv("COG_TOKEN_SERVERS"),
                              NULL,      &patience};

    if (cog_certificates_load(&authorities, diags) < 0)
        return -1;
    login.http = cog_http_new();
    login.ca_text = authorities;
    int result = cog_login_ask(r, &login, diags);
    if (result == 0)
        result = cog_login_check(&login, diags);
    cog_http_free(login.http);
    return result == 0 ? store(&login, diags) : result;
}

/* Of "https://HOST/v1/", which docker login takes, too. The caller frees it. */
static char *host_of(const char *registry)
{
    const char *scheme = strstr(registry, "://"), *host = scheme ? scheme + 3 : registry;

    return cog_strndup(host, strcspn(host, "/"));
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct cog_login_request *r = state;
    auto_free char *config_dir = cog_environment_docker_config();
    const char *host = getenv("COG_REGISTRY_HOST");

    (void)in;
    (void)out;
    if (!r->registry)
        r->registry = host && *host ? host : "r8.im";
    auto_free char *name = host_of(r->registry);
    r->registry = name;
    cog_secrets_protect();
    cog_secret_lock(r->secret, sizeof r->secret);
    if (!config_dir)
        return cog_report(diags, COG_FAILURE, nowhere, "machine.write",
                          "cannot find the folder of Docker's configuration; set HOME");
    int result = log_in(r, config_dir, diags);
    free(r->owner);
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
        .operands = "[HOST]",
        .options = options,
        .option = option,
        .run = run,
    };
    static struct cog_login_request request;

    return cog_main(&program, &request, argc, argv);
}
