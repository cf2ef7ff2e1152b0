/* system_cuda.c - packages that look for CUDA in the system, where the slim image has none.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/resolver.h"

/* `extra`: with it, the package brings what it needs as wheels, `since` a version; "":
 * never, but those of torch will do; NULL: they will not. `before`: what is said is of
 * older versions. ONNX Runtime: onnxruntime.ai, CUDA Execution Provider, Requirements;
 * since 1.21 the requirements of its extras. */
static const struct needy {
    const char *name, *extra, *since, *before, *cuda, *cudnn, *instead;
} needy[] = {
    {"ctranslate2", "", NULL, "4", "11.8", "8", "torch, whose wheels bring it"},
    {"ctranslate2", "", NULL, "4.5", "12", "8", "torch, whose wheels bring it"},
    {"ctranslate2", "", NULL, NULL, "12", "9", "torch, whose wheels bring it"},
    {"cupy", NULL, NULL, NULL, "12", NULL,
     "cupy-cuda12x[ctk] 14 or newer, whose wheels bring it"},
    {"cupy-cuda11x", NULL, NULL, NULL, "11", NULL,
     "cupy-cuda12x[ctk] 14 or newer, whose wheels bring it"},
    {"cupy-cuda12x", "ctk", "14", NULL, "12", NULL,
     "cupy-cuda12x[ctk] 14 or newer, whose wheels bring it"},
    {"cupy-cuda13x", "ctk", "14", NULL, "13", NULL,
     "cupy-cuda13x[ctk] 14 or newer, whose wheels bring it"},
    {"faster-whisper", "", NULL, "1", "11.8", "8", "torch, whose wheels bring it"},
    {"faster-whisper", "", NULL, "1.1", "12", "8", "torch, whose wheels bring it"},
    {"faster-whisper", "", NULL, NULL, "12", "9", "torch, whose wheels bring it"},
    {"onnxruntime-gpu", "cuda", "1.21", "1.19", "11.8", "8",
     "onnxruntime-gpu[cuda,cudnn] 1.21 or newer, whose wheels bring it"},
    {"onnxruntime-gpu", "cuda", "1.21", "1.27", "12", "9",
     "onnxruntime-gpu[cuda,cudnn] 1.21 or newer, whose wheels bring it"},
    {"onnxruntime-gpu", "cuda", "1.21", NULL, "13", "9",
     "onnxruntime-gpu[cuda,cudnn] 1.21 or newer, whose wheels bring it"},
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
 * for it are made to find it there. An old tensorflow brings nothing itself. */
static bool is_served(const struct cog_resolver *r, const struct needy *need)
{
    const char *subject = r->resolution->system.subject;
    struct cog_framework tensorflow;

    if (!need->extra)
        return false;
    return cog_resolver_has_torch(r) ||
           (cog_project_framework(r->project, "tensorflow", &tensorflow) &&
            (!subject || strcmp(subject, "tensorflow") != 0));
}

/* The newest version that the specifier allows, as far as a clause == or < says so, which
 * the caller frees; NULL: none does. */
static char *bound_of(const struct cog_package *package, bool *included)
{
    const char *text = package->specifier ? package->specifier : "";
    const char *bound = strncmp(text, "==", 2) == 0 ? text : strchr(text, '<');

    if (!bound)
        return NULL;
    *included = bound[1] == '=';
    bound += *included ? 2 : 1;
    bound += strspn(bound, " ");
    size_t length = strcspn(bound, ", *");
    if (length && bound[length - 1] == '.')
        length--;
    return cog_strndup(bound, length);
}

/* Whether all that is asked for is older than `version`. */
static bool is_before(const struct cog_package *package, const char *version)
{
    bool included;
    auto_free char *bound = bound_of(package, &included);

    return bound && (cog_less_version(bound, version) ||
                     (!included && cog_same_version(bound, version)));
}

/* Whether the row is of the version that is asked for; where nothing says which, it is of
 * the CUDA that cog.yaml names, else the newest. */
static bool is_meant(const struct cog_resolver *r, const struct cog_package *package,
                     const struct needy *need)
{
    bool included;
    auto_free char *bound = bound_of(package, &included);

    if (strcmp(need->name, "faster-whisper") == 0 &&
        cog_project_package(r->project, "ctranslate2"))
        return false; /* which is what takes it */
    if (!need->before || bound)
        return !need->before || is_before(package, need->before);
    return r->cuda && cog_same_parts(r->cuda, need->cuda, 1);
}

static bool brings_own(const struct cog_package *package, const struct needy *need)
{
    return has_extra(package, need->extra) && !is_before(package, need->since);
}

/* `varies`: which CUDA it is depends on the version. */
static void need_listed(struct cog_resolver *r, const struct cog_package *package,
                        const struct needy *need, bool varies)
{
    bool included;
    auto_free char *bound = bound_of(package, &included);

    if (varies && !bound)
        cog_report(r->diags, COG_WARNING, package->at, "plan.version",
                   "no version is given for %s; it is planned like one for "
                   "CUDA %s; pin it",
                   need->name, need->cuda);
    cog_resolver_need(r, &(struct cog_system){.subject = need->name,
                                              .at = package->at,
                                              .need = {need->cuda, need->cudnn, NULL, NULL},
                                              .instead = need->instead});
}

/* Both need a compiler of CUDA; PyCUDA also where it runs, and then nothing that cog
 * chooses can have it. */
static void check_compilers(struct cog_resolver *r)
{
    const struct cog_package *cupy = cog_project_package(r->project, "cupy");
    const struct cog_package *pycuda = cog_project_package(r->project, "pycuda");

    if (cupy && !r->resolution->system.compiled) {
        r->resolution->system.compiled = "cupy";
        r->resolution->system.compiled_at = cupy->at;
    }
    if (pycuda && !r->given)
        r->result = cog_report(
            r->diags, COG_ERROR, pycuda->at, "plan.unsupported",
            "pycuda runs the compiler of CUDA while it predicts, which would make the "
            "image "
            "gigabytes larger; take a package that brings CUDA as wheels, such as "
            "cupy-cuda12x[ctk], or an image that has the compiler with --base");
}

/* The package of that name has the same content since 2.1, and no new versions. */
static void check_old_name(struct cog_resolver *r)
{
    const struct cog_package *package = cog_project_package(r->project, "tensorflow-gpu");

    if (package)
        r->result =
            cog_report(r->diags, COG_ERROR, package->at, "plan.unsupported",
                       "tensorflow-gpu is the old name of tensorflow; write tensorflow");
}

/* jax[cuda12_local] and its like are made to use the system's CUDA. */
static void check_jax(struct cog_resolver *r)
{
    const struct cog_package *jax = cog_project_package(r->project, "jax");
    bool wheels = false;
    const json_t *extra;
    size_t index;

    if (!jax)
        return;
    json_array_foreach(jax->extras, index, extra) {
        const char *name = json_string_value(extra);
        bool old = strncmp(name, "cuda11", 6) == 0, new = strncmp(name, "cuda13", 6) == 0;
        bool cudnn8 = old || is_before(jax, "0.4.29"); /* by its requirements */
        if (strncmp(name, "cuda", 4) != 0)
            continue;
        wheels = true;
        if (strstr(name, "local"))
            cog_resolver_need(r, &(struct cog_system){
                                     .subject = "jax",
                                     .at = jax->at,
                                     .need = {old   ? "11"
                                              : new ? "13"
                                                    : "12",
                                              cudnn8 ? "8" : "9", NULL, NULL},
                                     .instead = "jax[cuda12], whose wheels bring it",
                                 });
    }
    for (size_t i = 0; i < r->project->evidence_count; i++)
        wheels |= strncmp(r->project->evidence[i].subject, "jax", 3) == 0;
    if (!wheels)
        cog_report(r->diags, COG_WARNING, jax->at, "plan.accelerator",
                   "jax alone computes on CPUs; write jax[cuda12]");
}

/* The same where a command installs it, as jax[cuda11_cudnn82]. */
static void check_jax_installs(struct cog_resolver *r)
{
    for (size_t i = 0; i < r->project->install_count; i++) {
        const struct cog_install *install = &r->project->installs[i];
        const char *extra = strstr(install->text, "[cuda");
        if (!install->name || strcmp(install->name, "jax") != 0 || !extra ||
            (!strstr(extra, "_cudnn") && !strstr(extra, "_local")))
            continue;
        const char *cudnn = strstr(extra, "_cudnn8") ? "8" : "";
        cog_resolver_need(
            r, &(struct cog_system){
                   .subject = "jax",
                   .at = install->at,
                   .need = {strncmp(extra, "[cuda11", 7) == 0   ? "11"
                            : strncmp(extra, "[cuda13", 7) == 0 ? "13"
                                                                : "12",
                            cudnn, NULL, NULL},
                   .instead = "jax[cuda12] among the requirements, whose wheels bring it",
               });
    }
}

static bool has_framework(const struct cog_resolver *r)
{
    struct cog_framework found;

    return cog_resolver_has_torch(r) || cog_project_framework(r->project, "jax", &found) ||
           cog_project_framework(r->project, "tensorflow", &found);
}

static bool is_wheel(const char *text)
{
    const char *end = text + strcspn(text, "#?");

    return end - text > 4 && strncmp(end - 4, ".whl", 4) == 0;
}

/* What is compiled with the CUDA that cog.yaml asks for, where no framework is meant by it:
 * a requirement that is no wheel. */
static void check_sources(struct cog_resolver *r)
{
    for (size_t i = 0; r->cuda && i < r->project->package_count; i++) {
        const struct cog_package *package = &r->project->packages[i];
        const char *source = package->path ? package->path : package->url;
        if (package->constraint || !source || is_wheel(source) || has_framework(r))
            continue;
        cog_resolver_need(r, &(struct cog_system){.subject = package->text,
                                                  .at = package->at,
                                                  .need = {r->cuda, r->cudnn, NULL, NULL},
                                                  .compiled = package->text,
                                                  .compiled_at = package->at});
        return;
    }
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

    if (cog_project_framework(r->project, "tensorflow", &tensorflow) || r->result < 0 ||
        r->resolution->system.subject || r->resolution->toolkit.subject)
        return;
    if (r->cuda && !torch)
        cog_report(r->diags, COG_WARNING, r->cuda_at, "plan.cuda-unused",
                   "nothing that is required takes CUDA %s%s%s from the system, so the "
                   "image has none; remove cuda%s, or name the package that needs it",
                   r->cuda, r->cudnn ? " and cuDNN " : "", r->cudnn ? r->cudnn : "",
                   r->cudnn ? " and cudnn" : "");
    else if (r->cudnn)
        cog_report(r->diags, COG_WARNING, r->cudnn_at, "plan.cuda-unused",
                   "nothing that is required takes cuDNN %s from the system: wheels bring "
                   "their own; remove cudnn",
                   r->cudnn);
}

void cog_resolver_system(struct cog_resolver *r)
{
    const char *last = "";

    for (size_t i = 0; i < sizeof needy / sizeof *needy; i++) {
        const struct needy *need = &needy[i];
        const struct cog_package *package = cog_project_package(r->project, need->name);
        if (!package || strcmp(last, need->name) == 0 || !is_meant(r, package, need))
            continue;
        last = need->name;
        bool varies = need->before || (i > 0 && strcmp(needy[i - 1].name, need->name) == 0);
        if (!brings_own(package, need) && !is_served(r, need))
            need_listed(r, package, need, varies);
    }
    cog_resolver_nvidia(r);
    check_compilers(r);
    check_old_name(r);
    check_jax(r);
    check_jax_installs(r);
    check_sources(r);
    check_packages(r);
    warn_unused(r);
}
