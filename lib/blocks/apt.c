/* apt.c - the block that installs Debian packages in the image: cog.yaml's
 * build.system_packages, and what blocks before it asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/network.h"
#include "versions/resolution.h"

bool cog_block_apt_lists(const struct cog_config *config, const char *name)
{
    const json_t *item;
    size_t index, length = strlen(name);

    json_array_foreach(config->system_packages, index, item) {
        const char *text = json_string_value(item);
        if (strcspn(text, "=:") == length && strncmp(text, name, length) == 0)
            return true;
    }
    return false;
}

/* The packages as the release of the image calls them, each once and sorted, so that their
 * order in cog.yaml does not change the plan. A new reference to a set. */
static json_t *names_of(const struct cog_composer *composer, const json_t *packages)
{
    json_t *names = json_object();
    const json_t *item;
    size_t index;

    json_array_foreach(packages, index, item) {
        const char *package = json_string_value(item);
        auto_free char *key = cog_printf("system-packages.%s", package);
        const char *next = cog_decided(composer, key);
        for (next = next ? next : package; next;) {
            auto_free char *name = cog_next_word(&next);
            json_object_set_new(names, name, json_true());
        }
    }
    return names;
}

static const char **sorted(json_t *set)
{
    const char **names = cog_calloc(json_object_size(set), sizeof *names), *name;
    size_t count = 0;
    json_t *value;

    json_object_foreach(set, name, value) {
        names[count++] = name;
    }
    qsort(names, count, sizeof *names, cog_text_compare);
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

void cog_block_apt_cache(json_t *exec)
{
    cog_exec_cache(exec, "cog-apt", "/var/cache/apt", COG_CACHE_LOCKED);
    cog_exec_cache(exec, "cog-apt-lists", "/var/lib/apt/lists", COG_CACHE_LOCKED);
}

/* An image of the user's may have the packages already, and no apt. */
static const char if_missing[] =
    "command -v apt-get >/dev/null || exit 0; dpkg -s \"$@\" >/dev/null 2>&1 || exec sh -c "
    "\"$0\" apt-get \"$@\"";

bool cog_block_apt_is_lenient(const struct cog_project *project)
{
    const struct cog_resolution *resolution = project->resolution;
    bool own = project->base || project->wheelhouse ||
               (resolution && resolution->data && resolution->data->own_images);

    return own && !json_array_size(project->config.system_packages);
}

static void add_names(json_t *exec, const char *const *names, size_t count)
{
    auto_free char *text = NULL;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (size_t i = 0; i < count; i++) {
        cog_exec_arg(exec, names[i]);
        (void)fprintf(out, " %s", names[i]);
    }
    cog_text_close(out, &text);
    cog_exec_title(exec, "install Debian packages:%s", text);
}

void cog_block_apt_install_take(struct cog_composer *composer, struct cog_stage *stage,
                                json_t *why, bool lenient, const json_t *packages)
{
    static const char *const strict[] = {"sh", "-c", script, "apt-get", NULL},
                             *const missing[] = {"sh", "-c", if_missing, script, NULL};
    json_auto_t *set = names_of(composer, packages);
    auto_free const char **names = sorted(set);
    json_t *exec = cog_stage_exec_take(stage, why, lenient ? missing : strict);

    add_names(exec, names, json_object_size(set));
    cog_exec_env(exec, "DEBIAN_FRONTEND", "noninteractive");
    /* for what writes the day into files, such as useradd: 1980, as of files of a plan */
    cog_exec_env(exec, "SOURCE_DATE_EPOCH", "315532800");
    cog_block_apt_cache(exec);
    cog_exec_network(composer, exec);
}

static int apt_plan(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    const struct cog_config *config = &project->config;
    json_t *names = cog_block_listed_packages(project), *why = why_of(config);

    (void)diags;
    json_array_extend(names, (json_t *)cog_needed_packages(composer));
    json_array_extend(why, (json_t *)cog_needed_packages_why(composer));
    if (json_array_size(names))
        cog_block_apt_install_take(
            composer, cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "apt"),
            json_incref(why), cog_block_apt_is_lenient(project), names);
    json_decref(names);
    json_decref(why);
    return 0;
}

const struct cog_block cog_block_apt = {"apt", NULL, NULL, apt_plan};
