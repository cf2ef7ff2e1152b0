/* package_names.c - the block that finds what the release of Debian in the image calls the
 * packages of cog.yaml's build.system_packages. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "versions/debian.h"
#include "versions/resolution.h"

struct names {
    const struct cog_project *project;
    struct cog_composer *composer;
    const char *suite;
    struct cog_diags *diags;
};

static bool package_names_detect(const struct cog_project *project)
{
    return json_array_size(project->config.system_packages) > 0;
}

static int refuse(const struct names *n, const char *package, struct cog_pos at,
                  const struct cog_debian_name *name)
{
    if (name->release)
        return cog_report(n->diags, COG_ERROR, at, "plan.package",
                          "Debian %s does not have %s, but %s does; name an image of "
                          "that release with --base",
                          n->suite, package, name->release);
    return cog_report(n->diags, COG_ERROR, at, "plan.package",
                      "Debian %s does not have %s: %s", n->suite, package,
                      name->why ? name->why : "it is gone; remove the line");
}

static int refuse_nvidia(const struct names *n, const char *package, struct cog_pos at)
{
    return cog_report(n->diags, COG_ERROR, at, "plan.package",
                      "only NVIDIA's repository has %s, and only its images know that one; "
                      "set gpu: true, or remove the line",
                      package);
}

static int name_package(const struct names *n, const char *package, struct cog_pos at)
{
    auto_free char *key = cog_printf("system-packages.%s", package);
    struct cog_debian_name name;

    if (!cog_debian_find(n->project->resolution->data, n->suite, package, &name) ||
        strcmp(name.names, COG_DEBIAN_SAME) == 0 || cog_decided(n->composer, key))
        return 0;
    if (strcmp(name.names, COG_DEBIAN_NVIDIA) == 0 &&
        n->project->resolution->repository.subject)
        return 0;
    if (strcmp(name.names, COG_DEBIAN_NVIDIA) == 0)
        return refuse_nvidia(n, package, at);
    if (strcmp(name.names, COG_DEBIAN_GONE) == 0)
        return refuse(n, package, at, &name);
    cog_report(n->diags, COG_WARNING, at, "plan.package-name",
               "Debian %s does not have %s; %s is installed instead; write that", n->suite,
               package, name.names);
    cog_decide_take(n->composer, key, name.names, "system-packages.renamed", at, NULL);
    return 0;
}

static int package_names_plan(const struct cog_project *project,
                              struct cog_composer *composer, struct cog_diags *diags)
{
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    struct names n = {project, composer, NULL, diags};
    struct cog_base base;
    const json_t *item;
    size_t index;
    int result = 0;

    if (!python || !cog_resolution_base(project->resolution, python->version, &base))
        return 0; /* that was told */
    n.suite = base.suite;
    json_array_foreach(project->config.system_packages, index, item) {
        auto_free char *pointer = cog_printf("/build/system_packages/%zu", index);
        result |= name_package(&n, json_string_value(item),
                               cog_config_at(&project->config, pointer));
    }
    cog_base_release(&base);
    return result;
}

const struct cog_block cog_block_package_names = {"package-names", package_names_detect,
                                                  NULL, package_names_plan};
