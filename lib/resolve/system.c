/* system.c - packages that look for CUDA in the system, where the slim image has none. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "resolve/resolver.h"

/* `extra`: with it, the package brings what it needs as wheels. */
static const struct needy {
    const char *name, *extra, *advice;
} needy[] = {
    {"cupy", NULL, "take cupy-cuda12x[ctk], whose wheels bring it"},
    {"cupy-cuda11x", NULL, "take cupy-cuda12x[ctk], whose wheels bring it"},
    {"cupy-cuda12x", "ctk", "write cupy-cuda12x[ctk], whose wheels bring it"},
    {"cupy-cuda13x", "ctk", "write cupy-cuda13x[ctk], whose wheels bring it"},
    {"onnxruntime-gpu", "cuda", "write onnxruntime-gpu[cuda,cudnn], whose wheels bring it"},
    {"pycuda", NULL,
     "take a package that brings CUDA as wheels, such as cupy-cuda12x[ctk]"},
    {"tensorflow-gpu", NULL,
     "take tensorflow[and-cuda] 2.14 or newer, whose wheels bring it"},
};

static bool has_extra(const struct cog_package *package, const char *name)
{
    const json_t *extra;
    size_t index;

    json_array_foreach(package->extras, index, extra) {
        if (name && strcmp(json_string_value(extra), name) == 0)
            return true;
    }
    return false;
}

/* What the wheels of torch and tensorflow bring serves others too; those that have an extra
 * for it are made to find it there. */
static bool is_served(const struct cog_resolver *r, const struct needy *need)
{
    struct cog_framework tensorflow;

    return need->extra && (cog_resolver_has_torch(r) ||
                           cog_project_framework(r->project, "tensorflow", &tensorflow));
}

static void refuse(struct cog_resolver *r, const struct cog_package *package,
                   const struct needy *need)
{
    auto_free char *image = cog_cuda_image(&r->data->by_name[COG_TABLE_CUDA],
                                           r->cuda ? r->cuda : "12", r->cudnn);

    r->result = cog_report(r->diags, COG_ERROR, package->at, "plan.unsupported",
                           "%s takes CUDA from an image such as %s, and cog does not put "
                           "Python into one yet; %s",
                           need->name, image ? image : "nvidia/cuda", need->advice);
}

/* jax[cuda12_local] and its like are made to use the system's CUDA. */
static void check_jax(struct cog_resolver *r)
{
    const struct cog_package *jax = cog_project_package(r->project, "jax");
    static const struct needy local = {"jax with the extra cuda_local", NULL,
                                       "write jax[cuda12], whose wheels bring it"};
    bool wheels = false;
    const json_t *extra;
    size_t index;

    if (!jax)
        return;
    json_array_foreach(jax->extras, index, extra) {
        const char *name = json_string_value(extra);
        if (strncmp(name, "cuda", 4) != 0)
            continue;
        wheels = true;
        if (strstr(name, "local"))
            refuse(r, jax, &local);
    }
    for (size_t i = 0; i < r->project->evidence_count; i++)
        wheels |= strncmp(r->project->evidence[i].subject, "jax", 3) == 0;
    if (!wheels)
        cog_report(r->diags, COG_WARNING, jax->at, "plan.accelerator",
                   "jax alone computes on CPUs; write jax[cuda12]");
}

/* Packages that are for one CUDA, as jax[cuda12] and cupy-cuda12x, and cog.yaml's. */
static void check_packages(struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->evidence_count; i++) {
        const struct cog_evidence *evidence = &r->project->evidence[i];
        auto_free char *cuda = cog_cuda_version(evidence->accelerator);
        if (!r->cuda || !cuda || strcmp(evidence->rule, "accelerator.package") != 0 ||
            cog_same_parts(cuda, r->cuda, 1))
            continue;
        auto_free char *place = cog_pos_text(evidence->at);
        r->result = cog_report(r->diags, COG_ERROR, r->cuda_at, "plan.cuda-conflict",
                               "cuda: %s is asked for, but %s at %s is for CUDA %s; change "
                               "one of them",
                               r->cuda, evidence->subject, place, cuda);
    }
}

static void warn_unused(struct cog_resolver *r)
{
    struct cog_framework tensorflow;
    bool torch = cog_resolver_has_torch(r);

    if (cog_project_framework(r->project, "tensorflow", &tensorflow) || r->result < 0)
        return;
    if (r->cuda && !torch)
        cog_report(
            r->diags, COG_WARNING, r->cuda_at, "plan.cuda-unused",
            "nothing that is required takes CUDA %s from the system, so the image has "
            "none; remove cuda, or name the package that needs it",
            r->cuda);
    if (r->cudnn)
        cog_report(r->diags, COG_WARNING, r->cudnn_at, "plan.cuda-unused",
                   "nothing that is required takes cuDNN %s from the system: wheels bring "
                   "their own; remove cudnn",
                   r->cudnn);
}

void cog_resolver_system(struct cog_resolver *r)
{
    for (size_t i = 0; i < sizeof needy / sizeof *needy; i++) {
        const struct cog_package *package = cog_project_package(r->project, needy[i].name);
        if (package && !has_extra(package, needy[i].extra) && !is_served(r, &needy[i]))
            refuse(r, package, &needy[i]);
    }
    check_jax(r);
    check_packages(r);
    warn_unused(r);
}
