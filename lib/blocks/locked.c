/* locked.c - the block that installs exactly what a lock says, whoever made it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/layers.h"
#include "blocks/pip.h"
#include "model/lock.h"

static bool locked_detect(const struct cog_project *project)
{
    return project->lock != NULL;
}

/* "--extra-index-url=…" for every index that the packages come from, sorted; with the array
 * of options, of which `*count` are set, freed by the caller. Hashes hold pip to the lock
 * whatever an index offers. */
static struct cog_line *index_options(const json_t *packages, size_t *count)
{
    json_auto_t *urls = json_object();
    const json_t *package;
    const char *url;
    json_t *value;
    size_t index;

    json_array_foreach(packages, index, package) {
        url = json_string_value(json_object_get(package, "index"));
        if (url)
            json_object_set(urls, url, json_object_get(package, "origin"));
    }
    auto_free const char **sorted =
        cog_calloc(json_object_size(urls), sizeof(const char *));
    struct cog_line *options = cog_calloc(json_object_size(urls), sizeof *options);
    *count = 0;
    json_object_foreach(urls, url, value) {
        sorted[(*count)++] = url;
    }
    qsort(sorted, *count, sizeof *sorted, cog_text_compare);
    for (size_t i = 0; i < *count; i++)
        options[i].text = cog_printf("--extra-index-url=%s", sorted[i]);
    return options;
}

/* Two files, because pip wants hashes of all in a file or of none. */
static void add_layers(const struct cog_project *locked, struct cog_composer *composer)
{
    static const struct {
        const char *name, *option;
        enum cog_pip_part part;
    } files[] = {
        {"requirements.txt", "--requirement=/mnt/generated/requirements.txt",
         COG_PIP_HASHED},
        {"unhashed.txt", "--requirement=/mnt/generated/unhashed.txt", COG_PIP_BARE},
    };
    json_auto_t *options = json_pack("[s]", "--no-deps"), *why = json_array();

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (cog_pip_file(locked, composer, files[i].name, files[i].part)) {
            json_auto_t *part = cog_pip_why(locked, files[i].part);
            json_array_append_new(options, json_string(files[i].option));
            json_array_extend(why, part);
        }
    if (json_array_size(options) > 1)
        cog_layers_add(&(struct cog_packages_install){locked, composer, why, options});
}

static int install(const struct cog_project *project, const json_t *packages,
                   struct cog_composer *composer, struct cog_diags *diags)
{
    json_auto_t *requirements = cog_lock_requirements(packages);
    struct cog_project locked = *project;

    locked.pip_options = index_options(packages, &locked.pip_option_count);
    locked.packages = cog_packages_load(requirements, &locked.package_count);
    int result = cog_pip_prepare(&locked, composer, diags);
    if (result == 0)
        add_layers(&locked, composer);
    for (size_t i = 0; i < locked.pip_option_count; i++)
        free((char *)locked.pip_options[i].text);
    free(locked.pip_options);
    free(locked.packages);
    return result;
}

static int locked_plan(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_diags *diags)
{
    const char *file = json_string_value(json_object_get(project->lock, "file"));
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    struct cog_environment environment;

    if (!python)
        return -1;
    if (cog_environment_init(&environment, python->version, COG_PLAN_ARCH) < 0)
        abort(); /* what was chosen is a version */
    json_auto_t *packages = cog_lock_select(project->lock, &environment, diags);
    cog_environment_release(&environment);
    if (!packages)
        return -1;
    cog_decide_take(composer, "python.packages", file, "python.packages.lock",
                    (struct cog_pos){.file = file}, NULL);
    return install(project, packages, composer, diags);
}

const struct cog_block cog_block_locked = {"locked", locked_detect, NULL, locked_plan};
