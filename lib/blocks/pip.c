/* pip.c - the block that installs the project's requirements into /venv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "blocks/extensions.h"
#include "blocks/layers.h"
#include "blocks/network.h"
#include "blocks/pip.h"
#include "versions/resolution.h"

static bool pip_detect(const struct cog_project *project)
{
    return project->package_count > 0 && !project->lock;
}

/* cog brings its own package; the one of the index would bring a server of its own. */
static bool managed(const char *name)
{
    return name && (strcmp(name, "cog") == 0 || strcmp(name, "coglet") == 0);
}

static void print_package(FILE *out, const struct cog_package *package)
{
    const json_t *option, *hash;
    size_t index;

    (void)fputs(package->text, out);
    json_array_foreach(package->options, index, option) {
        (void)fprintf(out, " %s", json_string_value(option));
    }
    json_array_foreach(package->hashes, index, hash) {
        (void)fprintf(out, " --hash=%s", json_string_value(hash));
    }
    (void)fputc('\n', out);
}

/* A URL may bring its hash in its fragment. */
static bool has_hash(const struct cog_package *package)
{
    const char *fragment = package->url ? strchr(package->url, '#') : NULL;

    return json_array_size(package->hashes) ||
           (fragment && (strstr(fragment, "sha256=") || strstr(fragment, "sha384=") ||
                         strstr(fragment, "sha512=")));
}

static bool belongs(const struct cog_project *project, const struct cog_package *package,
                    enum cog_pip_part part)
{
    if (managed(package->name) || package->constraint != (part == COG_PIP_CONSTRAINTS))
        return false;
    if ((cog_extension_row(project, package) != NULL) != (part == COG_PIP_EXTENSIONS))
        return false;
    return (part != COG_PIP_HASHED || has_hash(package)) &&
           (part != COG_PIP_BARE || !has_hash(package));
}

/* The text of a file for pip; the caller frees it. "" when it has no package. */
static char *file_text(const struct cog_project *project, enum cog_pip_part part)
{
    char *text;
    size_t size, count = 0;
    const struct cog_choice *tensorflow =
        &project->resolution->choices[COG_CHOICE_TENSORFLOW];
    auto_free char *options = cog_pip_options(project);
    FILE *out = cog_text_open(&text, &size);
    if (part != COG_PIP_CONSTRAINTS)
        (void)fputs(options, out);
    for (size_t i = 0; i < project->package_count; i++) {
        if (!belongs(project, &project->packages[i], part))
            continue;
        print_package(out, &project->packages[i]);
        count++;
    }
    if (part == COG_PIP_ALL && tensorflow->value)
        (void)fprintf(out, "%s\n", tensorflow->value);
    cog_text_close(out, &text);
    if (!count)
        *text = '\0';
    return text;
}

static void add_why(json_t *why, const struct cog_choice *choice)
{
    if (choice->value)
        cog_why_add(why, choice->rule, choice->at, choice->value);
}

json_t *cog_pip_why(const struct cog_project *project, enum cog_pip_part part)
{
    json_t *why = json_array();

    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        bool limits = part == COG_PIP_ALL && package->constraint;
        if (belongs(project, package, part) || (limits && !managed(package->name)))
            cog_why_add(why, "python.requirements", package->at, package->text);
    }
    if (part == COG_PIP_ALL) {
        add_why(why, &project->resolution->choices[COG_CHOICE_TORCH_INDEX]);
        add_why(why, &project->resolution->choices[COG_CHOICE_TENSORFLOW]);
    }
    return why;
}

static void warn_managed(const struct cog_project *project, struct cog_diags *diags)
{
    for (size_t i = 0; i < project->package_count; i++)
        if (managed(project->packages[i].name))
            cog_report(diags, COG_WARNING, project->packages[i].at, "plan.managed",
                       "%s is left out: cog installs its own, or that of "
                       "build.sdk_version; remove the line",
                       project->packages[i].name);
}

/* A file in which some requirements have hashes and some have none is refused by pip, late
 * and obscurely. */
static int check_hashes(const struct cog_project *project, struct cog_diags *diags)
{
    const struct cog_package *bare = NULL;
    bool hashed = false;

    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        hashed |= json_array_size(package->hashes) > 0;
        if (!bare && !package->constraint && !has_hash(package))
            bare = package;
    }
    if (!hashed || !bare)
        return 0;
    return cog_report(diags, COG_ERROR, bare->at, "plan.hashes",
                      "%s has no --hash, but other requirements do; pip wants all or none",
                      bare->name ? bare->name : bare->text);
}

int cog_pip_prepare(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    warn_managed(project, diags);
    return cog_pip_build_tools(project, composer, diags);
}

const char *const cog_pip_command[] = {"/venv/bin/python",
                                       "-m",
                                       "pip",
                                       "install",
                                       "--disable-pip-version-check",
                                       "--no-compile",
                                       "--progress-bar=off",
                                       "--root-user-action=ignore",
                                       NULL};

bool cog_pip_file(const struct cog_project *project, struct cog_composer *composer,
                  const char *name, enum cog_pip_part part)
{
    auto_free char *text = file_text(project, part);

    if (*text)
        cog_context_file(composer, "generated", name, text);
    return *text;
}

/* Adds the stages for one file of requirements. */
static void install(const struct cog_project *project, struct cog_composer *composer,
                    enum cog_pip_part part, bool constrained)
{
    bool all = part == COG_PIP_ALL;
    json_auto_t *why = cog_pip_why(project, part);
    json_auto_t *options = json_pack("[s+]", "--requirement=/mnt/generated/",
                                     all ? "requirements.txt" : "extensions.txt");

    if (constrained)
        json_array_append_new(options,
                              json_string("--constraint=/mnt/generated/constraints.txt"));
    (all ? cog_layers_add : cog_extensions_add)(
        &(struct cog_packages_install){project, composer, why, options});
}

static int pip_plan(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    if (check_hashes(project, diags) < 0 || cog_pip_prepare(project, composer, diags) < 0)
        return -1;
    bool all = cog_pip_file(project, composer, "requirements.txt", COG_PIP_ALL);
    bool more = cog_pip_file(project, composer, "extensions.txt", COG_PIP_EXTENSIONS);
    bool constrained = (all || more) && cog_pip_file(project, composer, "constraints.txt",
                                                     COG_PIP_CONSTRAINTS);
    if (all)
        install(project, composer, COG_PIP_ALL, constrained);
    if (more)
        install(project, composer, COG_PIP_EXTENSIONS, constrained);
    return 0;
}

const struct cog_block cog_block_pip = {"pip", pip_detect, NULL, pip_plan};
