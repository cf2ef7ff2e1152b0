/* environment.c - what programs take from the environment. */
#include "cli/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

char *cog_environment_docker_config(void)
{
    const char *folder = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

    if (folder && *folder)
        return cog_strdup(folder);
    return home && *home ? cog_printf("%s/.docker", home) : NULL;
}

struct cog_docker_choice cog_environment_docker(const char *config_dir)
{
    const char *tls = getenv("DOCKER_TLS_VERIFY");

    return (struct cog_docker_choice){
        .docker_host = getenv("DOCKER_HOST"),
        .context = getenv("DOCKER_CONTEXT"),
        .config_dir = config_dir,
        .cert_dir = getenv("DOCKER_CERT_PATH"),
        .tls = tls && *tls,
    };
}

char *cog_environment_registries(void)
{
    static const char name[] = "containers/registries.conf";
    const char *file = getenv("CONTAINERS_REGISTRIES_CONF");
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    auto_free char *own = xdg && *xdg == '/' ? cog_printf("%s/%s", xdg, name)
                          : home && *home    ? cog_printf("%s/.config/%s", home, name)
                                             : NULL;

    if (file && *file)
        return cog_strdup(file);
    return own && access(own, F_OK) == 0 ? cog_strdup(own) : cog_printf("/etc/%s", name);
}

const char *cog_environment_data_dir(const char *option)
{
    const char *dir = option ? option : getenv("COG_DATA_DIR");

    return dir && *dir ? dir : NULL;
}

const char *cog_environment_catalog(const char *option)
{
    const char *file = option ? option : getenv("COG_CATALOG");

    return file && *file ? file : NULL;
}

bool cog_environment_draws(void)
{
    const char *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

int cog_environment_token(json_t **context, struct cog_diags *diags)
{
    const char *token = getenv("REPLICATE_API_TOKEN");

    if (!token || !*token)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
                          "--use-replicate-token needs the variable REPLICATE_API_TOKEN");
    json_decref(*context);
    *context = json_pack("{s:s}", "replicate_api_token", token);
    return *context ? 0 : -1;
}
