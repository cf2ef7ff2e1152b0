/* cuda_packages.c - CUDA as packages of NVIDIA's repository, in an image of Debian's. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "versions/debian.h"
#include "versions/resolution.h"

static const char rule[] = "cuda.packages";

/* The list of packages, the key that signs it, and that it counts for more than Debian's.
 */
static const char know[] =
    "cd /mnt/nvidia && "
    "cp --parents etc/apt/sources.list.d/cuda* etc/apt/preferences.d/cuda* "
    "usr/share/keyrings/cuda* /";

void cog_block_cuda_repository(const struct cog_project *project, struct cog_stage *stage)
{
    const struct cog_repository *repository = &project->resolution->repository;

    if (!repository->subject)
        return;
    json_t *exec = cog_stage_shell_take(stage, cog_why(rule, repository->at), know);
    cog_exec_title(exec, "add NVIDIA's Debian repository");
    cog_exec_bind_take(exec, cog_input_image(repository->image), "/mnt/nvidia");
    cog_exec_offline(exec);
}

static bool lists_cudnn(const struct cog_config *config)
{
    const json_t *item;
    size_t index;

    json_array_foreach(config->system_packages, index, item) {
        if (strncmp(json_string_value(item), "libcudnn", 8) == 0)
            return true;
    }
    return false;
}

/* cuDNN for that CUDA; the caller frees it. NULL: it is not needed, or listed. */
static char *cudnn_package(const struct cog_project *project, int major)
{
    const struct cog_repository *repository = &project->resolution->repository;

    if (!repository->cudnn || lists_cudnn(&project->config))
        return NULL;
    return cog_printf(*repository->cudnn == '8' ? "libcudnn8=*+cuda%.*s.*"
                                                : "libcudnn9-cuda-%.*s",
                      major, repository->cuda);
}

/* "cuda-libraries-12-1"; the caller frees it. NULL: the toolkit has the libraries. */
static char *libraries_package(const struct cog_project *project, int major)
{
    const char *cuda = project->resolution->repository.cuda, *minor = cuda + major + 1;
    const struct cog_toolkit *toolkit = &project->resolution->toolkit;

    if (toolkit->image && toolkit->runs)
        return NULL;
    return cog_printf("cuda-libraries-%.*s-%.*s", major, cuda, (int)strcspn(minor, "."),
                      minor);
}

void cog_block_cuda_packages(const struct cog_project *project,
                             struct cog_composer *composer)
{
    const struct cog_repository *repository = &project->resolution->repository;

    if (!repository->subject)
        return;
    int major = (int)strcspn(repository->cuda, ".");
    auto_free char *libraries = libraries_package(project, major);
    auto_free char *cudnn = cudnn_package(project, major);
    auto_free char *value =
        cog_printf("%s%s%s%sthe repository of %s", libraries ? libraries : "",
                   libraries && cudnn ? " " : "", cudnn ? cudnn : "",
                   libraries || cudnn ? " by " : "", repository->image);
    if (libraries)
        cog_need_package(composer, libraries, rule, repository->at);
    if (cudnn)
        cog_need_package(composer, cudnn, rule, repository->at);
    cog_decide_take(composer, rule, value, rule, repository->at,
                    json_pack("[{s:s, s:s}]", "value", repository->instead_of, "rule",
                              "image.base.system-cuda"));
    if (repository->wheels)
        cog_decide_take(composer, "cuda.wheels", repository->wheels, rule, repository->at,
                        NULL);
}

bool cog_block_toolkit_has(const struct cog_project *project, const char *package)
{
    const struct cog_resolution *resolution = project->resolution;

    return resolution && resolution->repository.subject && resolution->toolkit.image &&
           cog_debian_is_cuda_compiler(resolution->data, package);
}

json_t *cog_block_listed_packages(const struct cog_project *project)
{
    json_t *names = json_array(), *item;
    size_t index;

    json_array_foreach(project->config.system_packages, index, item) {
        if (!cog_block_toolkit_has(project, json_string_value(item)))
            json_array_append(names, item);
    }
    return names;
}
