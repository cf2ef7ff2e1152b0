/* cuda_builds.c - whether the build compiles CUDA code, and the image that has its
 * compiler.
 *
 * The compiler, its headers and libraries are one folder, /usr/local/cuda-VERSION, which
 * runs wherever glibc is not older than that of its image: so any Python can have it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/resolver.h"
#include "versions/source_build.h"

const char cog_resolver_cuda_suite[] = "bookworm";
const char cog_resolver_cuda_ubuntu[] = "jammy";

/* Whether a package of that name, from that place, is compiled. */
static bool is_compiled(const struct cog_resolver *r, const char *name, const char *url,
                        const char *path)
{
    return cog_source_build(&r->data->by_name[COG_TABLE_CUDA_BUILDS], name, url, path);
}

static void note(struct cog_resolver *r, const char *subject, struct cog_pos at, bool runs)
{
    struct cog_toolkit *toolkit = &r->resolution->toolkit;

    if (toolkit->subject && (toolkit->runs || !runs))
        return;
    toolkit->subject = subject;
    toolkit->at = at;
    toolkit->runs = runs;
}

static void note_installs(struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->install_count; i++) {
        const struct cog_install *install = &r->project->installs[i];
        bool clone = strcmp(install->by, "clone") == 0;
        if (strcmp(install->by, "apt") != 0 &&
            is_compiled(r, install->name, clone ? install->text : install->url,
                        install->path))
            note(r, install->text, install->at, true);
    }
}

/* Extensions of torch and operations of DeepSpeed are compiled when they are loaded. */
static void note_extensions(struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->compiler_count; i++) {
        const struct cog_line *function = &r->project->compilers[i];
        if (strncmp(function->text, "torch.utils.cpp_extension.", 26) == 0 ||
            strncmp(function->text, "deepspeed.", 10) == 0)
            note(r, function->text, function->at, true);
    }
}

/* Whether a command installs a package of the table, from wherever. */
static bool installs_listed(const struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->install_count; i++)
        if (is_compiled(r, r->project->installs[i].name, "", NULL))
            return true;
    return false;
}

/* What is called or set only where CUDA code is compiled; CMAKE_ARGS where it may be. */
static void note_signs(struct cog_resolver *r)
{
    static const char *const variables[] = {"CUDA_HOME", "FORCE_CUDA",
                                            "TCNN_CUDA_ARCHITECTURES",
                                            "TORCH_CUDA_ARCH_LIST", "CMAKE_ARGS"};
    size_t count = sizeof variables / sizeof *variables - (installs_listed(r) ? 0 : 1);

    for (size_t i = 0; i < r->project->program_count; i++)
        if (strcmp(r->project->programs[i].text, "nvcc") == 0)
            note(r, "nvcc", r->project->programs[i].at, true);
    for (size_t i = 0; i < r->project->command_variable_count; i++)
        for (size_t j = 0; j < count; j++)
            if (strcmp(r->project->command_variables[i].text, variables[j]) == 0)
                note(r, variables[j], r->project->command_variables[i].at, true);
}

/* The same for packages that are required: llama-cpp-python is compiled for CUDA if
 * cog.yaml's environment says so. */
static void note_environment(struct cog_resolver *r)
{
    const struct cog_config *config = &r->project->config;
    const json_t *item;
    size_t index;

    json_array_foreach(config->environment, index, item) {
        const char *text = json_string_value(item);
        auto_free char *pointer = cog_printf("/environment/%zu", index);
        if (strncmp(text, "CMAKE_ARGS=", 11) == 0 &&
            (strstr(text, "CUDA") || strstr(text, "CUBLAS")))
            note(r, "CMAKE_ARGS", cog_config_at(config, pointer), false);
    }
}

static void note_requirements(struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->package_count; i++) {
        const struct cog_package *package = &r->project->packages[i];
        if (!package->constraint &&
            is_compiled(r, package->name, package->url, package->path))
            note(r, package->text, package->at, false);
    }
}

/* A lock says of each package where it comes from, and whether there is a wheel. */
static void note_locked(struct cog_resolver *r)
{
    const json_t *package;
    size_t index;

    json_array_foreach(json_object_get(r->project->lock, "packages"), index, package) {
        const json_t *origin = json_object_get(package, "origin");
        const char *name = cog_member_text(package, "name"),
                   *url = cog_member_text(package, "url");
        const struct cog_pos at = {
            cog_member_text(origin, "file"),
            (unsigned)json_integer_value(json_object_get(origin, "line")), 0};
        if ((url || json_is_true(json_object_get(package, "built"))) &&
            is_compiled(r, name, url, NULL))
            note(r, name, at, false);
    }
}

/* The version to compile for, which the caller frees: that of the packages, or of the
 * frameworks. NULL: none is known. */
static char *version_of(const struct cog_resolver *r)
{
    if (r->resolution->repository.cuda)
        return cog_strdup(r->resolution->repository.cuda);
    const char *accelerator = r->resolution->choices[COG_CHOICE_ACCELERATOR].value;
    char *version = accelerator ? cog_cuda_version(accelerator) : NULL;

    return version ? version : r->cuda ? cog_strdup(r->cuda) : NULL;
}

static void choose_image(struct cog_resolver *r)
{
    struct cog_toolkit *toolkit = &r->resolution->toolkit;
    auto_free char *version = version_of(r);
    const struct cog_base_need need = {.cuda = version ? version : "12",
                                       .suite = cog_resolver_cuda_ubuntu};
    struct cog_base base = {0};

    (void)cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES], &need, NULL, &base);
    if (base.build) {
        toolkit->image = cog_strdup(base.build);
        toolkit->cuda = cog_strdup(base.cuda);
        r->resolution->system.need.suite = cog_resolver_cuda_suite;
    } else {
        cog_report(r->diags, COG_WARNING, toolkit->at, "plan.cuda-build",
                   "%s compiles for CUDA %s, and the catalogue has no image with its "
                   "compiler",
                   toolkit->subject, need.cuda);
    }
    cog_base_release(&base);
}

void cog_resolver_find_builds(struct cog_resolver *r)
{
    if (r->given || r->data->own_images) /* which are taken to have what they need */
        return;
    if (r->project->lock)
        note_locked(r);
    else
        note_requirements(r);
    note_extensions(r);
    note_installs(r);
    note_signs(r);
    note_environment(r);
}

void cog_resolver_choose_toolkit(struct cog_resolver *r)
{
    struct cog_system *system = &r->resolution->system;
    const struct cog_toolkit *toolkit = &r->resolution->toolkit;

    if (!toolkit->subject)
        return;
    if (!system->subject) {
        choose_image(r);
        return;
    }
    if (!system->compiled) {
        system->compiled = toolkit->subject;
        system->compiled_at = toolkit->at;
    }
    system->compiled_in_run |= toolkit->runs;
}
