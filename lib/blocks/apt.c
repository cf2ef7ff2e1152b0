/* apt.c - the block that installs Debian packages in the image: cog.yaml's
 * build.system_packages. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/network.h"

static bool apt_detect(const struct cog_project *project)
{
    return json_array_size(project->config.system_packages) > 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The packages sorted, so that their order in cog.yaml does not change the plan. The caller
 * frees it. */
static const char **sorted(const json_t *packages)
{
    size_t count = json_array_size(packages);
    const char **names = cog_calloc(count, sizeof *names);

    for (size_t i = 0; i < count; i++)
        names[i] = json_string_value(json_array_get(packages, i));
    qsort(names, count, sizeof *names, by_text);
    return names;
}

static json_t *why_of(const struct cog_config *config)
{
    json_t *why = json_array();
    const json_t *name;
    size_t index;

    json_array_foreach(config->system_packages, index, name) {
        auto_free char *pointer = cog_printf("/build/system_packages/%zu", index);
        cog_why_add(why, "apt.system-packages", cog_config_at(config, pointer),
                    json_string_value(name));
    }
    return why;
}

/* One command, because the lists live in a cache mount: an update in a step of its own
 * could be cached while the mount is gone, or has the lists of another release. apt has a
 * CA option of its own: it does not read SSL_CERT_FILE.
 *
 * Logs, ldconfig's record of inodes and the identity of a machine are different every time
 * and of use to no image. */
static const char script[] =
    "apt-get --option Acquire::https::CAInfo=" COG_CA_TARGET " update && "
    "apt-get --option Acquire::https::CAInfo=" COG_CA_TARGET
    " install --yes --no-install-recommends \"$@\" && "
    "rm -rf /var/log/apt/* /var/log/alternatives.log /var/log/dpkg.log "
    "/var/cache/ldconfig/aux-cache /var/lib/dbus/machine-id && "
    "if [ -s /etc/machine-id ]; then : >/etc/machine-id; fi";

void cog_block_apt_install(struct cog_composer *composer, struct cog_stage *stage,
                           json_t *why, const json_t *packages)
{
    static const char *const argv[] = {"sh", "-c", script, "apt-get", NULL};
    auto_free const char **names = sorted(packages);
    json_t *exec = cog_stage_exec(stage, why, argv);

    for (size_t i = 0; i < json_array_size(packages); i++)
        cog_exec_arg(exec, names[i]);
    cog_exec_env(exec, "DEBIAN_FRONTEND", "noninteractive");
    /* for what writes the day into files, such as useradd: 1980, as of files of a plan */
    cog_exec_env(exec, "SOURCE_DATE_EPOCH", "315532800");
    cog_exec_cache(exec, "cog-apt", "/var/cache/apt");
    cog_exec_cache(exec, "cog-apt-lists", "/var/lib/apt/lists");
    cog_exec_network(composer, exec);
}

static int apt_plan(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "apt");

    (void)diags;
    cog_block_apt_install(composer, stage, why_of(&project->config),
                          project->config.system_packages);
    return 0;
}

const struct cog_block cog_block_apt = {"apt", apt_detect, NULL, apt_plan};
