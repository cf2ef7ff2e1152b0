/* accelerator.c - decides which accelerator an image is for. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/resolver.h"

static const char *build_text(const struct cog_project *project, const char *member)
{
    const json_t *build = json_object_get(project->config.values, "build");

    return json_string_value(json_object_get(build, member));
}

static bool wants_gpu(const struct cog_project *project)
{
    const json_t *build = json_object_get(project->config.values, "build");

    return json_is_true(json_object_get(build, "gpu"));
}

/* The first package of NVIDIA's libraries that is required or locked, and how many. */
static size_t count_nvidia(const struct cog_project *project, const char **first,
                           struct cog_pos *at)
{
    size_t count = 0, index;
    const json_t *item;

    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (package->constraint || !package->name ||
            strncmp(package->name, "nvidia-", 7) != 0)
            continue;
        if (count++ == 0) {
            *first = package->name;
            *at = package->at;
        }
    }
    json_array_foreach(json_object_get(project->lock, "packages"), index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (strncmp(name, "nvidia-", 7) != 0)
            continue;
        if (count++ == 0) {
            *first = name;
            *at = (struct cog_pos){
                .file = json_string_value(json_object_get(project->lock, "file"))};
        }
    }
    return count;
}

/* What is for GPUs in an image that is not: gigabytes that nothing uses. */
static void warn_waste(struct cog_resolver *r, const struct cog_evidence *evidence)
{
    const char *name;
    struct cog_pos at;
    size_t count = count_nvidia(r->project, &name, &at);

    if (count)
        cog_report(
            r->diags, COG_WARNING, at, "plan.accelerator",
            "NVIDIA's libraries (%zu packages, such as %s) are gigabytes that an "
            "image for CPUs does not use; %s, or set gpu: true",
            count, name,
            r->project->lock
                ? "take torch from https://download.pytorch.org/whl/cpu and lock again"
                : "leave them out");
    else if (evidence)
        cog_report(
            r->diags, COG_WARNING, evidence->at, "plan.accelerator",
            "%s is for GPUs, but the image is not; set gpu: true in cog.yaml, or take "
            "what is for CPUs",
            evidence->subject);
}

static bool has_framework(const struct cog_project *project)
{
    static const char *const names[] = {"jax", "tensorflow", "torch", "torchaudio",
                                        "torchvision"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_object_get(project->frameworks, names[i]))
            return true;
    return false;
}

/* Nothing is decided where nothing could use an accelerator. */
static void decide_cpu(struct cog_resolver *r)
{
    const struct cog_project *project = r->project;
    const struct cog_evidence *against = NULL;
    bool by_gpu = false;

    for (size_t i = 0; i < project->evidence_count; i++) {
        const struct cog_evidence *evidence = &project->evidence[i];
        by_gpu |= strcmp(evidence->rule, "accelerator.gpu") == 0;
        if (strcmp(evidence->accelerator, "cpu") == 0)
            continue;
        cog_resolver_reject(r, COG_CHOICE_ACCELERATOR, evidence->accelerator,
                            evidence->rule, evidence->at);
        if (!against && strcmp(evidence->rule, "accelerator.cuda") != 0)
            against = evidence;
    }
    warn_waste(r, against);
    if (by_gpu || project->evidence_count || has_framework(project))
        cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR, cog_strdup("cpu"),
                                 by_gpu ? "accelerator.gpu" : "accelerator.default",
                                 by_gpu ? r->gpu_at : (struct cog_pos){0});
}

/* What is known without a framework of the tables. */
static void decide_unknown(struct cog_resolver *r)
{
    const struct cog_project *project = r->project;

    for (size_t i = 0; i < project->evidence_count; i++) {
        const struct cog_evidence *evidence = &project->evidence[i];
        auto_free char *version = cog_cuda_version(evidence->accelerator);
        if (!version)
            continue;
        cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR,
                                 cog_strdup(evidence->accelerator), evidence->rule,
                                 evidence->at);
        return;
    }
    cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR, cog_strdup("cuda"),
                             "accelerator.gpu", r->gpu_at);
}

/* What else was said, as far as it is not the same. */
static void reject_others(struct cog_resolver *r)
{
    const struct cog_choice *chosen = &r->resolution->choices[COG_CHOICE_ACCELERATOR];

    for (size_t i = 0; i < r->project->evidence_count; i++) {
        const struct cog_evidence *other = &r->project->evidence[i];
        if (strcmp(other->accelerator, chosen->value) != 0 &&
            strcmp(other->accelerator, "cuda") != 0)
            cog_resolver_reject(r, COG_CHOICE_ACCELERATOR, other->accelerator, other->rule,
                                other->at);
    }
}

/* CUDA's version, the driver for it, and the image that would have it if wheels did not. */
static void follow(struct cog_resolver *r)
{
    const struct cog_choice *accelerator = &r->resolution->choices[COG_CHOICE_ACCELERATOR];
    const struct cog_choice *cudnn = &r->resolution->choices[COG_CHOICE_CUDNN];
    const struct cog_table *drivers = &r->data->by_name[COG_TABLE_DRIVER];
    char *cuda = cog_cuda_version(accelerator->value);

    if (!cuda)
        return;
    cog_resolver_choose_take(r, COG_CHOICE_CUDA, cuda, accelerator->rule, accelerator->at);
    for (size_t i = 0; i < drivers->count; i++)
        if (cog_same_parts(drivers->rows[i][COG_DRIVER_CUDA], cuda, 1))
            cog_resolver_choose_take(r, COG_CHOICE_DRIVER,
                                     cog_strdup(drivers->rows[i][COG_DRIVER_VERSION]),
                                     "cuda.driver.minimum", accelerator->at);
    const struct cog_base_need need = {.cuda = cuda,
                                       .cudnn = cudnn->value ? cudnn->value : ""};
    struct cog_base base;
    if (!r->resolution->system.subject && !r->resolution->repository.subject &&
        cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES], &need, NULL, &base)) {
        cog_resolver_choose_take(r, COG_CHOICE_SYSTEM_IMAGE, cog_strdup(base.image),
                                 "image.base.cuda-runtime", accelerator->at);
        cog_base_release(&base);
    }
}

/* What is known of the CUDA of the image, where nothing else says it. */
static void decide_system(struct cog_resolver *r)
{
    const struct cog_system *system = &r->resolution->system;
    const char *accelerator = r->resolution->choices[COG_CHOICE_ACCELERATOR].value;

    if (!accelerator || strcmp(accelerator, "cuda") == 0)
        cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR,
                                 cog_cuda_build(system->need.cuda),
                                 "accelerator.system-cuda", system->at);
    if (system->need.cudnn && *system->need.cudnn &&
        !r->resolution->choices[COG_CHOICE_CUDNN].value)
        cog_resolver_choose_take(r, COG_CHOICE_CUDNN, cog_strdup(system->need.cudnn),
                                 "cuda.cudnn.system", system->at);
}

static void decide_gpu(struct cog_resolver *r)
{
    const struct cog_choice *accelerator = &r->resolution->choices[COG_CHOICE_ACCELERATOR];

    for (size_t i = 0; i < r->project->evidence_count; i++)
        if (strncmp(r->project->evidence[i].accelerator, "rocm", 4) == 0)
            r->result = cog_report(r->diags, COG_ERROR, r->project->evidence[i].at,
                                   "plan.unsupported",
                                   "%s is for AMD GPUs, which cog does not support yet; "
                                   "take what is for CUDA",
                                   r->project->evidence[i].subject);
    cog_resolver_find_builds(r);
    cog_resolver_system(r);
    if (r->result < 0)
        return;
    if (!accelerator->value)
        decide_unknown(r);
    if (r->resolution->system.subject)
        decide_system(r);
    cog_resolver_cuda_packages(r);
    cog_resolver_choose_toolkit(r);
    reject_others(r);
    follow(r);
}

int cog_resolve(struct cog_resolution *resolution, const struct cog_project *project,
                const struct cog_base *given, const struct cog_tables *data,
                struct cog_diags *diags)
{
    bool gpu = wants_gpu(project);
    struct cog_resolver r = {
        .project = project,
        .given = given,
        .data = data,
        .resolution = resolution,
        .diags = diags,
        .cuda = gpu ? build_text(project, "cuda") : NULL,
        .cudnn = gpu ? build_text(project, "cudnn") : NULL,
        .gpu_at = cog_config_at(&project->config, "/build/gpu"),
        .cuda_at = cog_config_at(&project->config, "/build/cuda"),
        .cudnn_at = cog_config_at(&project->config, "/build/cudnn"),
    };

    *resolution = (struct cog_resolution){.gpu = gpu, .data = data, .texts = json_array()};
    cog_resolver_torch(&r);
    cog_resolver_tensorflow(&r);
    if (gpu)
        decide_gpu(&r);
    else
        decide_cpu(&r);
    cog_resolver_base(&r);
    return r.result;
}

void cog_resolution_release(struct cog_resolution *resolution)
{
    for (size_t i = 0; i < COG_CHOICE_COUNT; i++) {
        free(resolution->choices[i].value);
        json_decref(resolution->choices[i].rejected);
    }
    for (size_t i = 0; i < resolution->python_count; i++) {
        free(resolution->pythons[i].specifier);
        free(resolution->pythons[i].package);
    }
    free(resolution->toolkit.image);
    free(resolution->toolkit.cuda);
    free(resolution->repository.image);
    free(resolution->repository.cuda);
    free(resolution->repository.instead_of);
    json_decref(resolution->texts);
    free(resolution->held.image);
    free(resolution->held.pythons);
    free(resolution->held.specifier);
    free(resolution->held.instead);
    cog_base_release(&resolution->base);
}
