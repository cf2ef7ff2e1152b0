/* network.c - what a command gets that asks the network, or a package index. */
#include "blocks/network.h"

#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

#define VARIABLES "/run/cog-variables"

static const struct cog_pos nowhere = {0};

static void decide_once(struct cog_composer *composer, const char *key, const char *value,
                        const char *rule)
{
    if (!cog_decided(composer, key))
        cog_decide_take(composer, key, value, rule, nowhere, NULL);
}

void cog_exec_network(struct cog_composer *composer, json_t *exec)
{
    static const char *const names[] = {"CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT",
                                        "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"};

    cog_exec_secret(exec, "cog-ca-certificates", COG_CA_TARGET);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cog_exec_env(exec, names[i], COG_CA_TARGET);
    decide_once(composer, "network.ca-certificates", "secret:cog-ca-certificates",
                "network.host-trust");
}

/* Where pip, git and curl look by themselves. Not given, nothing is mounted. */
static void offer_credentials(struct cog_composer *composer, json_t *exec)
{
    cog_exec_optional_secret(exec, "netrc", "/root/.netrc");
    cog_exec_optional_secret(exec, "pip.conf", "/root/.config/pip/pip.conf");
    decide_once(composer, "network.index-credentials", "secret:netrc, secret:pip.conf",
                "network.optional-secrets");
}

void cog_exec_index(const struct cog_project *project, struct cog_composer *composer,
                    json_t *exec)
{
    static const char context[] = "wheelhouse", target[] = "/mnt/wheelhouse";

    if (!project->wheelhouse) {
        cog_exec_network(composer, exec);
        offer_credentials(composer, exec);
        return;
    }
    cog_context_given(composer, context);
    cog_exec_bind_take(exec, cog_input_local(context), target);
    cog_exec_arg(exec, "--no-index");
    cog_exec_arg(exec, "--find-links=/mnt/wheelhouse");
    cog_exec_offline(exec);
    decide_once(composer, "network.index", "wheelhouse", "option.wheelhouse");
}

/* Puts the variables into the command's environment; their values are in files, because
 * engines before BuildKit 0.10 know no secrets as variables. */
static void wrap(json_t *exec)
{
    static const char *const shell[] = {
        "/bin/sh", "-c",
        "for file in " VARIABLES "/*; do export \"${file##*/}=$(cat \"$file\")\"; done; "
        "exec \"$@\"",
        "sh"};
    json_t *argv = json_object_get(exec, "argv");

    if (strcmp(json_string_value(json_array_get(argv, 0)), shell[0]) == 0)
        return;
    for (size_t i = 0; i < sizeof shell / sizeof *shell; i++)
        json_array_insert_new(argv, i, json_string(shell[i]));
}

void cog_exec_secret_variable(struct cog_composer *composer, json_t *exec, const char *name,
                              struct cog_pos at)
{
    auto_free char *target = cog_printf(VARIABLES "/%s", name);
    auto_free char *key = cog_printf("variable.%s", name);
    auto_free char *value = cog_printf("secret:%s", name);

    wrap(exec);
    cog_exec_secret(exec, name, target);
    if (!cog_decided(composer, key))
        cog_decide_take(composer, key, value, "python.requirements.variable", at, NULL);
}
