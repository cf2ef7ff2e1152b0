/* build_tools.c - the Debian packages that the image of the build gets.
 *
 * What is only needed to run is not among them, so that /venv is not made anew for it. The
 * image that is exported gets what cog.yaml lists, and nothing from here. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/extensions.h"
#include "blocks/pip.h"
#include "pep/wheel.h"
#include "tree/glob.h"
#include "versions/resolution.h"

/* The programs that pip fetches repositories with, and their Debian packages. */
static const struct {
    const char *prefix, *package;
} systems[] = {
    {"git+", "git"},
    {"hg+", "mercurial"},
    {"svn+", "subversion"},
    {"bzr+", NULL},
};

enum { SYSTEMS = sizeof systems / sizeof *systems };

struct tools {
    struct cog_composer *composer;
    json_t *names, *why;
};

/* What makes a package needed. */
struct reason {
    const char *rule;
    struct cog_pos at;
    const char *text; /* NULL: there is none */
};

/* The name in NAME=VERSION or NAME:ARCHITECTURE; the caller frees it. */
static char *name_of(const char *package)
{
    return cog_strndup(package, strcspn(package, "=:"));
}

static void add(struct tools *t, const char *package, const struct reason *reason)
{
    auto_free char *name = name_of(package);
    auto_free char *key = cog_printf("build-packages.%s", name);

    if (cog_decided(t->composer, key))
        return;
    json_array_append_new(t->names, json_string(package));
    cog_why_add(t->why, reason->rule, reason->at, package);
    cog_decide_take(t->composer, key, reason->text, reason->rule, reason->at, NULL);
}

static bool uses(const struct cog_package *package, size_t system)
{
    size_t length = strlen(systems[system].prefix);

    return package->url && strncasecmp(package->url, systems[system].prefix, length) == 0;
}

static int check_repository(const struct cog_package *package, struct cog_diags *diags)
{
    size_t scheme = package->url ? strcspn(package->url, ":") : 0;
    const char *what = NULL;

    for (size_t i = 0; i < SYSTEMS; i++)
        if (uses(package, i) && !systems[i].package)
            what = "a Bazaar repository";
    if (scheme > 4 && strncmp(package->url + scheme - 4, "+ssh", 4) == 0)
        what = "a repository over ssh, whose key the build does not have,";
    if (!what)
        return 0;
    return cog_report(diags, COG_ERROR, package->at, "plan.unsupported",
                      "%s cannot be installed from yet; use https, or a wheel in the "
                      "project: %s",
                      what, package->text);
}

static void add_repositories(struct tools *t, const struct cog_package *package)
{
    const struct reason reason = {"build-packages.repository", package->at, package->text};

    for (size_t i = 0; i < SYSTEMS; i++)
        if (uses(package, i) && systems[i].package && !package->constraint)
            add(t, systems[i].package, &reason);
}

/* Whether pip can only build it: a folder, a repository, an archive that is no wheel, or
 * what has no wheel in the lock. */
static bool is_source(const struct cog_package *package)
{
    auto_free char *url = cog_strdup(package->url ? package->url : "");

    url[strcspn(url, "?#")] = '\0';
    return package->built || (package->path && !cog_is_wheel(package->path)) ||
           (*url && !cog_is_wheel(url));
}

/* The first thing that tells that pip builds a package on this machine. */
static struct reason find_source(const struct cog_project *project)
{
    static const char option[] = "--no-binary ", rule[] = "build-packages.source";

    for (size_t i = 0; i < project->pip_option_count; i++) {
        const struct cog_line *line = &project->pip_options[i];
        if (strncmp(line->text, option, strlen(option)) == 0 &&
            strcmp(line->text + strlen(option), ":none:") != 0)
            return (struct reason){rule, line->at, line->text};
    }
    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (!package->constraint && is_source(package))
            return (struct reason){rule, package->at, package->text};
    }
    return (struct reason){0};
}

/* What the table says of a Debian package; NULL: nothing. */
static const char *purpose_of(const struct cog_table *table, const char *package)
{
    auto_free char *name = name_of(package);

    for (size_t i = 0; i < table->count; i++)
        if (cog_glob_matches(table->rows[i][COG_BUILD_PACKAGE], name))
            return table->rows[i][COG_BUILD_WHAT];
    return NULL;
}

static void add_listed(struct tools *t, const struct cog_project *project)
{
    const struct cog_table *table =
        &project->resolution->data->by_name[COG_TABLE_BUILD_PACKAGES];
    const struct reason source = find_source(project);
    const json_t *item;
    size_t index;

    json_array_foreach(project->config.system_packages, index, item) {
        const char *name = json_string_value(item), *what = purpose_of(table, name);
        auto_free char *pointer = cog_printf("/build/system_packages/%zu", index);
        const struct reason named = {"build-packages.name",
                                     cog_config_at(&project->config, pointer), what};
        if ((what || source.text) && !cog_block_toolkit_has(project, name))
            add(t, name, what ? &named : &source);
    }
}

/* What the package is compiled with, if pip builds it, and what it takes when it runs. Of a
 * folder of the project nothing tells what is in it. */
static void add_library(struct tools *t, const struct cog_project *project,
                        const struct cog_package *package, const char *python)
{
    const struct reason reason = {"build-packages.compiled", package->at, package->text};
    struct cog_library library;
    char *name;

    if (!cog_block_library(project, package, python, &name, &library))
        return;
    bool known = library.why != NULL, locked = project->lock != NULL;
    bool built = is_source(package) ? !package->path : known && !locked;
    built |= cog_extension_row(project, package) != NULL;
    for (const char *next = built ? library.build : NULL; next;) {
        auto_free char *tool = cog_next_word(&next);
        add(t, tool, &reason);
    }
    cog_block_library_run(project, t->composer, name, &library, package->at);
    free(name);
}

/* What CUDA's compiler calls. */
static void add_toolkit(struct tools *t, const struct cog_project *project)
{
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;
    const struct reason reason = {"build-packages.cuda", toolkit->at, toolkit->subject};

    for (const char *next = toolkit->runs ? NULL : cog_block_toolkit_compilers(project);
         next;) {
        auto_free char *tool = cog_next_word(&next);
        add(t, tool, &reason);
    }
}

int cog_pip_build_tools(const struct cog_project *project, struct cog_composer *composer,
                        struct cog_diags *diags)
{
    struct tools tools = {composer, json_array(), json_array()};
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    int result = 0;

    add_listed(&tools, project);
    for (size_t i = 0; i < project->package_count; i++) {
        result |= check_repository(&project->packages[i], diags);
        add_repositories(&tools, &project->packages[i]);
        add_library(&tools, project, &project->packages[i],
                    python ? python->version : NULL);
    }
    add_toolkit(&tools, project);
    if (json_array_size(tools.names))
        cog_block_apt_install_take(
            composer, cog_stage_add(composer, COG_PHASE_SYSTEM_DEPS, "build-tools"),
            json_incref(tools.why), cog_block_apt_is_lenient(project), tools.names);
    json_decref(tools.names);
    json_decref(tools.why);
    return result;
}
