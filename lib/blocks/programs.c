/* programs.c - the block that has the image get the programs that commands of build.run and
 * the project's Python call, which Cog's images always had.
 *
 * Both run in the image that is exported. What nothing tells the package of is left to
 * fail: an image of the user's may have it. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "pep/wheel.h"
#include "tree/glob.h"
#include "versions/resolution.h"

static const char *const *find_program(const struct cog_project *project, const char *name)
{
    const struct cog_table *table = &project->resolution->data->by_name[COG_TABLE_PROGRAMS];

    for (size_t i = 0; i < table->count; i++)
        if (cog_glob_matches(table->rows[i][COG_PROGRAM_NAME], name))
            return table->rows[i];
    return NULL;
}

/* Whether what is at `at` was done when what is at `then` is: files of Python run later
 * than all commands. */
static bool is_before(const struct cog_pos *at, const struct cog_pos *then)
{
    return strcmp(at->file, then->file) != 0 || at->line <= then->line;
}

static bool is_locked(const struct cog_project *project, const char *name)
{
    const json_t *package;
    size_t index;

    json_array_foreach(json_object_get(project->lock, "packages"), index, package) {
        if (strcmp(json_string_value(json_object_get(package, "name")), name) == 0)
            return true;
    }
    return false;
}

/* Whether the Python package is installed, by whichever way, when the program is called. */
static bool has_wheel(const struct cog_project *project, const char *name,
                      const struct cog_pos *called)
{
    if (cog_project_package(project, name) || is_locked(project, name))
        return true;
    for (size_t i = 0; i < project->install_count; i++) {
        const struct cog_install *install = &project->installs[i];
        if (install->name && strcmp(install->name, name) == 0 &&
            is_before(&install->at, called))
            return true;
    }
    return false;
}

/* Whether commands before install the Debian package themselves. */
static bool has_package(const struct cog_project *project, const char *name,
                        const struct cog_pos *called)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < project->install_count; i++) {
        const struct cog_install *install = &project->installs[i];
        if (strcmp(install->by, "apt") == 0 && is_before(&install->at, called) &&
            strncmp(install->text, name, length) == 0 &&
            !install->text[length + strcspn(install->text + length, "=:/")] &&
            (!install->text[length] || strchr("=:/", install->text[length])))
            return true;
    }
    return false;
}

/* Asks for those of the packages ("a b"; NULL: none) that nothing else installs. Returns
 * whether there were any. */
static bool need_packages(const struct cog_project *project, struct cog_composer *composer,
                          const char *packages, const char *rule, struct cog_pos at)
{
    bool needed = false;

    for (const char *next = packages; next;) {
        auto_free char *package = cog_next_word(&next);
        if (cog_block_apt_lists(&project->config, package) ||
            has_package(project, package, &at))
            continue;
        cog_need_package(composer, package, rule, at);
        needed = true;
    }
    return needed;
}

/* The same, with a decision unless there is one: a command may install what is called
 * triton or cuda. */
static void decide_packages(const struct cog_project *project,
                            struct cog_composer *composer, const char *key,
                            const char *packages, const char *rule, struct cog_pos at)
{
    if (need_packages(project, composer, packages, rule, at) && !cog_decided(composer, key))
        cog_decide_take(composer, key, packages, rule, at, NULL);
}

static void add_program(const struct cog_project *project, struct cog_composer *composer,
                        const char *name, const char *rule, struct cog_pos at)
{
    const char *const *row = find_program(project, name);
    auto_free char *key = cog_printf("programs.%s", name);

    if (!row || cog_decided(composer, key))
        return;
    const char *packages = row[COG_PROGRAM_PACKAGES];
    if (has_wheel(project, row[COG_PROGRAM_WHEEL], &at))
        packages = strchr(packages, ' ') ? strchr(packages, ' ') + 1 : NULL;
    decide_packages(project, composer, key, packages, rule, at);
}

/* What pip fetches a repository with. */
static void add_fetcher(const struct cog_project *project, struct cog_composer *composer,
                        const struct cog_install *install)
{
    static const char *const systems[][2] = {
        {"git+", "git"}, {"hg+", "hg"}, {"svn+", "svn"}};

    for (size_t i = 0; install->url && i < sizeof systems / sizeof *systems; i++)
        if (strncmp(install->url, systems[i][0], strlen(systems[i][0])) == 0)
            add_program(project, composer, systems[i][1], "programs.repository",
                        install->at);
}

static const char *place_of(const struct cog_install *install)
{
    return install->path ? install->path : install->url;
}

static bool is_wheel(const struct cog_install *install)
{
    return place_of(install) && cog_is_wheel(place_of(install));
}

/* Whether pip compiles it, as far as the requirement tells. */
static bool is_source(const struct cog_install *install)
{
    return *install->options || strcmp(install->by, "setup") == 0 ||
           (place_of(install) && !is_wheel(install));
}

/* What stands for the name of what is installed from a folder. */
static const char *folder_of(const struct cog_install *install)
{
    return *install->text == '.' || strcmp(install->by, "setup") == 0 ? "folder"
                                                                      : install->text;
}

/* What it is compiled with, in the image that is exported, and what it loads there. */
static void add_install(const struct cog_project *project, struct cog_composer *composer,
                        const struct cog_install *install)
{
    static const char rule[] = "compilers.install";
    const struct cog_package package = {.name = install->name,
                                        .text = install->text,
                                        .specifier = install->specifier,
                                        .url = install->url,
                                        .at = install->at};
    struct cog_library library = {.build = cog_library_compilers};
    char *name = NULL;

    if (strcmp(install->by, "apt") == 0 || strcmp(install->by, "clone") == 0)
        return;
    if (!cog_block_library(project, &package, NULL, &name, &library))
        library.build = cog_library_compilers;
    bool known = library.why != NULL && !is_wheel(install);
    auto_free char *key = cog_printf("compilers.%s", name ? name : folder_of(install));
    if (library.build && (known || is_source(install)) && !cog_decided(composer, key))
        decide_packages(project, composer, key, library.build, rule, install->at);
    if (name)
        cog_block_library_run(project, composer, name, &library, install->at);
    free(name);
}

static void note_unread(const struct cog_project *project, struct cog_composer *composer)
{
    for (size_t i = 0; i < project->unread_command_count; i++) {
        auto_free char *key = cog_printf("programs.unread-%zu", i + 1);
        cog_decide_take(composer, key, project->unread_commands[i].text, "programs.unread",
                        project->unread_commands[i].at, NULL);
    }
}

/* What CUDA's compiler calls. */
static void add_toolkit(const struct cog_project *project, struct cog_composer *composer)
{
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;
    const char *packages = cog_block_toolkit_compilers(project);

    if (packages && toolkit->runs)
        decide_packages(project, composer, "compilers.cuda", packages, "cuda.toolkit.run",
                        toolkit->at);
}

/* What compiles while the model runs: functions of torch and triton that the project names,
 * and triton where it is required by itself, not because torch does. */
static void add_compilers(const struct cog_project *project, struct cog_composer *composer)
{
    static const char triton[] = "gcc libc6-dev", torch[] = "g++ gcc libc6-dev",
                      extension[] = "g++ gcc libc6-dev ninja-build",
                      rule[] = "compilers.run-time";
    const struct cog_package *package = cog_project_package(project, "triton");

    for (size_t i = 0; i < project->compiler_count; i++) {
        const struct cog_line *function = &project->compilers[i];
        auto_free char *key = cog_printf("compilers.%s", function->text);
        bool extends = strstr(function->text, "cpp_extension") ||
                       strncmp(function->text, "deepspeed", 9) == 0;
        const char *packages = extends                                     ? extension
                               : strncmp(function->text, "triton", 6) == 0 ? triton
                                                                           : torch;
        decide_packages(project, composer, key, packages, rule, function->at);
    }
    if (package)
        decide_packages(project, composer, "compilers.triton", triton, rule, package->at);
}

static bool has_compiler(const struct cog_composer *composer)
{
    const json_t *package;
    size_t index;

    json_array_foreach(cog_needed_packages(composer), index, package) {
        if (strcmp(json_string_value(package), "gcc") == 0 ||
            strcmp(json_string_value(package), "g++") == 0)
            return true;
    }
    return false;
}

/* A Python that apt installed has its headers in a package of their own. */
static void add_headers(const struct cog_project *project, struct cog_composer *composer)
{
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");
    struct cog_base base;

    if (!python || !cog_resolution_base(project->resolution, python->version, &base))
        return;
    auto_free char *headers = cog_printf("python%s-dev", base.python);
    if (base.apt && has_compiler(composer))
        cog_need_package(composer, headers, "compilers.headers", python->at);
    cog_base_release(&base);
}

static int programs_plan(const struct cog_project *project, struct cog_composer *composer,
                         struct cog_diags *diags)
{
    (void)diags;
    for (size_t i = 0; i < project->program_count; i++)
        add_program(project, composer, project->programs[i].text, "programs.called",
                    project->programs[i].at);
    for (size_t i = 0; i < project->install_count; i++) {
        add_fetcher(project, composer, &project->installs[i]);
        add_install(project, composer, &project->installs[i]);
    }
    add_compilers(project, composer);
    add_toolkit(project, composer);
    add_headers(project, composer);
    note_unread(project, composer);
    return 0;
}

const struct cog_block cog_block_programs = {"programs", NULL, NULL, programs_plan};
