/* sdk.c - the block that installs the cog package into /venv: our own, or the public one of
 * the package index where cog.yaml or --sdk asks for it.
 *
 * The public package brings dependencies and a server of its own, and does not know ours.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "blocks/blocks.h"
#include "blocks/layers.h"
#include "blocks/network.h"
#include "blocks/pip.h"
#include "pep/url.h"
#include "pep/version.h"
#include "pep/wheel.h"

#define WHEEL "/cog-" COG_VERSION "-py3-none-any.whl"

static const char own_wheel[] = "/mnt/wheels" WHEEL;

/* A cog package. `requirement`, which is freed, is what pip is told; NULL: our own. */
struct package {
    char *requirement;
    const char *file; /* the name of a wheel in the context sdk, or NULL */
    const char *rule;
    struct cog_pos at;
};

static const char *value_of(const struct package *package)
{
    if (!package->requirement)
        return "own";
    return package->file ? package->file : package->requirement;
}

static int refuse(const char *text, struct cog_diags *diags)
{
    return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.sdk",
                      "\"%s\" names no cog package; write dist, pypi, pypi:VERSION, or the "
                      "path or URL of a wheel cog-VERSION-….whl",
                      text);
}

static int take_version(struct package *package, const char *text, struct cog_diags *diags)
{
    struct cog_version version;

    if (cog_version_parse(&version, text) < 0)
        return refuse(text, diags);
    package->requirement = cog_printf("cog==%s", version.text);
    cog_version_release(&version);
    return 0;
}

/* `wheel`: a path or a URL. */
static int take_wheel(struct package *package, const char *wheel, struct cog_diags *diags)
{
    bool remote = strstr(wheel, "://") != NULL;
    auto_free char *path =
        cog_strndup(wheel, remote ? strcspn(wheel, "?#") : strlen(wheel));
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    auto_free char *found = cog_wheel_requirement(file);

    if (cog_url_has_credentials(wheel))
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "plan.sdk",
                          "a URL with a user or password would stay in the image's "
                          "history; give them with the secret netrc");
    if (!found || strncmp(found, "cog==", 5) != 0)
        return refuse(wheel, diags);
    if (!remote) {
        package->file = wheel + (file - path);
        package->requirement = cog_printf("/mnt/sdk/%s", file);
    } else if (strncmp(wheel, "https://", 8) == 0 || strncmp(wheel, "http://", 7) == 0) {
        package->requirement = cog_strdup(wheel);
    } else {
        return refuse(wheel, diags);
    }
    return 0;
}

/* What --sdk says. */
static int take_option(struct package *package, const char *text, struct cog_diags *diags)
{
    static const char index[] = "pypi";
    size_t length = sizeof index - 1;

    package->rule = "option.sdk";
    if (strcmp(text, "dist") == 0)
        return 0;
    if (strncmp(text, index, length) == 0 && text[length] == ':')
        return take_version(package, text + length + 1, diags);
    if (strcmp(text, index) != 0)
        return take_wheel(package, text, diags);
    package->requirement = cog_strdup("cog");
    return 0;
}

/* What cog.yaml says, which its schema has checked. */
static void take_config(struct package *package, const struct cog_config *config)
{
    if (!config->sdk_version)
        return;
    package->rule = "sdk.cog-yaml";
    package->at = cog_config_at(config, "/build/sdk_version");
    /* A specifier that names a pre-release allows them; --pre would for every package. */
    package->requirement = strcmp(config->sdk_version, "prerelease") == 0
                               ? cog_strdup("cog>=0.16.0.dev0")
                               : cog_printf("cog==%s", config->sdk_version);
}

static void decide(struct cog_composer *composer, const struct package *package,
                   const struct package *other)
{
    json_t *rejected = NULL;

    if (other->rule) {
        auto_free char *place = cog_pos_text(other->at);
        rejected = json_pack("[{s:s, s:s, s:s}]", "value", value_of(other), "rule",
                             other->rule, "at", place);
    }
    cog_decide_take(composer, "cog.sdk", value_of(package), package->rule, package->at,
                    rejected);
}

/* A layer of its own, which depends on nothing of the project's, so that it is made once.
 */
static void install_own(const struct cog_project *project, struct cog_composer *composer)
{
    const char *const argv[] = {
        "python", COG_INSTALLER, "wheel", cog_invalidation_mode(project), own_wheel, NULL};
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_COMPLETE, "cog-sdk");
    struct cog_stage *image = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "sdk");
    static const struct cog_pos nowhere = {0};

    cog_stage_from_take(stage, cog_input_provided("python"));
    json_t *exec = cog_stage_exec_take(stage, cog_why("cog-runtime", nowhere), argv);
    cog_exec_title(exec, "install cog's package");
    cog_exec_installer(composer, exec);
    cog_exec_bind_part_take(exec, cog_input_local("wheels"), WHEEL, own_wheel);
    cog_exec_bytecode(exec);
    cog_stage_copy_take(image, cog_why("cog-runtime", nowhere), cog_input_stage("cog-sdk"),
                        "/venv", "/venv");
}

/* Behind the project's packages, whose versions its dependencies go by. */
static void install_public(const struct cog_project *project, struct cog_composer *composer,
                           const struct package *package)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_FRAMEWORK_DEPS, "cog-sdk");
    json_t *exec =
        cog_stage_exec_take(stage, cog_why(package->rule, package->at), cog_pip_command);

    cog_exec_title(exec, "install %s", package->requirement);
    cog_exec_arg(exec, package->requirement);
    if (package->file) {
        cog_context_given_file(composer, "sdk", package->file);
        cog_exec_bind_take(exec, cog_input_local("sdk"), "/mnt/sdk");
    }
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_index(project, composer, exec);
    cog_block_compile(composer, stage, "/venv/lib", cog_invalidation_mode(project));
}

static int sdk_plan(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    struct package config = {0}, option = {0};
    int result = 0;

    take_config(&config, &project->config);
    if (project->sdk)
        result = take_option(&option, project->sdk, diags);
    if (result == 0) {
        const struct package *package = project->sdk ? &option : &config;
        if (package->rule)
            decide(composer, package, project->sdk ? &config : &option);
        if (package->requirement)
            install_public(project, composer, package);
        else
            install_own(project, composer);
    }
    free(config.requirement);
    free(option.requirement);
    return result;
}

bool cog_block_sdk_is_public(const struct cog_composer *composer)
{
    const char *sdk = cog_decided(composer, "cog.sdk");

    return sdk && strcmp(sdk, "own") != 0;
}

const struct cog_block cog_block_sdk = {"sdk", NULL, NULL, sdk_plan};
