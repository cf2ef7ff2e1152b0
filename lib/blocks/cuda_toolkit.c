/* cuda_toolkit.c - CUDA's compiler for what is compiled in the build. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "versions/resolution.h"

/* Half of the memory is for others; nvcc takes about 4 GiB for one file of templates. */
static const char bounded[] =
    "while read -r name size unit; do [ \"$name\" != MemAvailable: ] || "
    "jobs=$((size / 4194304 + 1)); done </proc/meminfo; cores=$(nproc); "
    "export MAX_JOBS=\"${MAX_JOBS:-$((jobs < cores ? jobs : cores))}\"; exec \"$@\"";

/* Where programs find the compiler, and what it links. */
static const char link_it[] = "ln -sfn \"$0\" /usr/local/cuda && echo "
                              "/usr/local/cuda/lib64 >/etc/ld.so.conf.d/cuda.conf "
                              "&& ldconfig && rm -f /var/cache/ldconfig/aux-cache";

void cog_block_toolkit(const struct cog_project *project, struct cog_composer *composer,
                       struct cog_stage *stage)
{
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;
    const char *rule = toolkit->runs ? "cuda.toolkit.run" : "cuda.toolkit.build";

    if (!toolkit->image)
        return;
    const char *minor = strchr(toolkit->cuda, '.') + 1;
    auto_free char *name = cog_printf(
        "cuda-%.*s", (int)(minor - toolkit->cuda + (ptrdiff_t)strcspn(minor, ".")),
        toolkit->cuda);
    auto_free char *path = cog_printf("/usr/local/%s", name);
    auto_free char *value = cog_printf("%s of %s", path, toolkit->image);
    const char *const link[] = {"sh", "-c", link_it, name, NULL};
    cog_stage_copy_take(stage, cog_why(rule, toolkit->at), cog_input_image(toolkit->image),
                        path, path);
    cog_exec_title(cog_stage_exec_take(stage, cog_why(rule, toolkit->at), link),
                   "link /usr/local/cuda to %s", name);
    cog_stage_env(stage, "CUDA_HOME", "/usr/local/cuda");
    cog_stage_env(stage, "PATH", "/usr/local/cuda/bin:${PATH}");
    cog_decide_take(composer, "cuda.toolkit", value, rule, toolkit->at, NULL);
    if (!toolkit->runs)
        return;
    auto_free char *advice =
        cog_printf("wheels of what %s compiles; the image then has no compiler of CUDA",
                   toolkit->subject);
    cog_decide_take(composer, "cuda.smaller", advice, rule, toolkit->at, NULL);
}

static bool is_old(const struct cog_toolkit *toolkit)
{
    return strncmp(toolkit->cuda, "11", 2) == 0;
}

/* CUDA 11 takes no compiler newer than 11. */
const char *cog_block_toolkit_compilers(const struct cog_project *project)
{
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;

    if (!toolkit->image)
        return NULL;
    return is_old(toolkit) ? "g++-11 gcc-11 libc6-dev make ninja-build"
                           : "g++ gcc libc6-dev make ninja-build";
}

/* What CUDA's compiler builds for where no GPU tells it, as torch lists it. */
static const char *architectures(const char *cuda)
{
    return strncmp(cuda, "13", 2) == 0 ? "7.5;8.0;8.6;8.9;9.0;10.0;12.0+PTX"
           : strncmp(cuda, "12.8", 4) == 0 || strncmp(cuda, "12.9", 4) == 0
               ? "7.0;7.5;8.0;8.6;8.9;9.0;10.0;12.0+PTX"
               : "7.0;7.5;8.0;8.6;8.9;9.0+PTX";
}

static void set_default(const struct cog_project *project, json_t *exec, const char *name,
                        const char *value)
{
    if (!cog_config_sets(&project->config, name))
        cog_exec_env(exec, name, value);
}

void cog_block_toolkit_env(const struct cog_project *project, json_t *exec)
{
    static const char *const shell[] = {"/bin/sh", "-c", bounded, "sh"};
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;
    json_t *argv = json_object_get(exec, "argv");

    if (!toolkit->image)
        return;
    for (size_t i = 0; i < sizeof shell / sizeof *shell; i++)
        json_array_insert_new(argv, i, json_string(shell[i]));
    set_default(project, exec, "TORCH_CUDA_ARCH_LIST", architectures(toolkit->cuda));
    set_default(project, exec, "FORCE_CUDA", "1");
    if (is_old(toolkit)) {
        set_default(project, exec, "CC", "gcc-11");
        set_default(project, exec, "CXX", "g++-11");
    }
}
