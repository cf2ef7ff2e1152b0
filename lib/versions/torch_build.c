/* torch_build.c - for which accelerator torch is built, and the index that has that build.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/torch.h"

/* Where the builds are that the package index does not have. */
static const char indexes[] = "https://download.pytorch.org/whl/";

static bool is_index(const struct cog_evidence *evidence)
{
    return strcmp(evidence->rule, "accelerator.index") == 0 ||
           strcmp(evidence->rule, "accelerator.requirements-index") == 0;
}

static bool is_local(const struct cog_evidence *evidence)
{
    return strcmp(evidence->rule, "accelerator.local-version") == 0;
}

/* Whether it tells which build of torch is meant. */
static bool tells_build(const struct cog_evidence *evidence)
{
    const char *accelerator = evidence->accelerator, *subject = evidence->subject;
    bool build =
        strcmp(accelerator, "cpu") == 0 ||
        (strncmp(accelerator, "cu", 2) == 0 && strspn(accelerator + 2, "0123456789") >= 3);

    if (is_local(evidence))
        return build && (strncmp(subject, "torch", 5) == 0 || strstr(subject, "/torch"));
    return build && (is_index(evidence) || strcmp(evidence->rule, "accelerator.cuda") == 0);
}

const struct cog_evidence *cog_torch_evidence(const struct cog_project *project)
{
    for (size_t i = 0; i < project->evidence_count; i++)
        if (tells_build(&project->evidence[i]))
            return &project->evidence[i];
    return NULL;
}

bool cog_torch_has_build(cog_row row, const char *build)
{
    size_t length = strlen(build);

    for (const char *at = row[COG_TORCH_BUILDS]; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, build, length) == 0 && (at[length] == ' ' || !at[length]))
            return true;
    }
    return false;
}

/* The newest build before the asked one; the caller frees it. */
static char *build_before(cog_row row, const char *wanted)
{
    auto_free char *limit = cog_cuda_version(wanted);
    auto_free char *builds = cog_strdup(row[COG_TORCH_BUILDS]);
    const char *best = NULL;
    char *rest = NULL;

    for (char *word = strtok_r(builds, " ", &rest); word && limit;
         word = strtok_r(NULL, " ", &rest)) {
        auto_free char *cuda = cog_cuda_version(word);
        if (cuda && cog_less_version(cuda, limit))
            best = word;
    }
    return best ? cog_strdup(best) : NULL;
}

/* The build of the package index's own wheels; not one for CUDA 10, which runs on no GPU
 * that is sold now. The caller frees it. */
static char *plain_build(const struct cog_torch *t)
{
    const char *plain = t->row[COG_TORCH_PLAIN],
               *last = strrchr(t->row[COG_TORCH_BUILDS], ' ');
    auto_free char *cuda = cog_cuda_version(plain);

    return cog_strdup(cuda && last && cog_less_version(cuda, "11") ? last + 1 : plain);
}

/* What the table has no build of. What a version or an index names is taken for true: the
 * index may have more than the table. Of what cog.yaml wishes the newest build before it
 * will run on the drivers that are there for it, else that of the package index. */
static char *other_build(struct cog_resolver *r, const struct cog_torch *t)
{
    const char *wanted = t->evidence->accelerator, *torch = t->row[COG_TORCH_VERSION];

    if (is_local(t->evidence) || is_index(t->evidence)) {
        cog_report(r->diags, COG_WARNING, t->evidence->at, "plan.torch-build",
                   "no build of torch %s for %s is known; there are: %s", torch, wanted,
                   t->row[COG_TORCH_BUILDS]);
        return cog_strdup(wanted);
    }
    char *build = build_before(t->row, wanted);
    if (!build)
        build = plain_build(t);
    cog_report(r->diags, COG_WARNING, t->evidence->at, "plan.cuda-build",
               "no build of torch %s for %s is known; %s is taken (there are: %s)", torch,
               wanted, build, t->row[COG_TORCH_BUILDS]);
    return build;
}

static void check_requested(struct cog_resolver *r, const struct cog_torch *t)
{
    auto_free char *requested = r->cuda ? cog_cuda_build(r->cuda) : NULL;

    if (!requested || strcmp(requested, t->evidence->accelerator) == 0)
        return;
    auto_free char *place = cog_pos_text(t->evidence->at);
    if (is_local(t->evidence) || is_index(t->evidence))
        r->result =
            cog_report(r->diags, COG_ERROR, r->cuda_at, "plan.cuda-conflict",
                       "cuda: %s is asked for, but %s at %s is for %s; change one "
                       "of them",
                       r->cuda, t->evidence->subject, place, t->evidence->accelerator);
}

void cog_torch_choose_build(struct cog_resolver *r, const struct cog_torch *t)
{
    const struct cog_evidence *evidence = t->evidence;
    const struct cog_framework *lead = &t->members[t->lead];
    char *build;

    if (!evidence) {
        cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR, plain_build(t),
                                 "accelerator.torch", lead->at);
        return;
    }
    check_requested(r, t);
    if (strcmp(evidence->accelerator, "cpu") == 0)
        cog_report(r->diags, COG_WARNING, r->gpu_at, "plan.accelerator",
                   "the image is for GPUs, but %s makes torch compute on CPUs; change one "
                   "of them",
                   evidence->subject);
    bool known = !t->exact || cog_torch_has_build(t->row, evidence->accelerator);
    build = known ? cog_strdup(evidence->accelerator) : other_build(r, t);
    if (build)
        cog_resolver_choose_take(r, COG_CHOICE_ACCELERATOR, build, evidence->rule,
                                 evidence->at);
}

/* Whether the user's own options say where packages come from: they are not mixed with
 * another index. */
static bool is_sourced(const struct cog_project *project)
{
    static const char *const options[] = {"--index-url", "-i", "--no-index", "-f",
                                          "--find-links"};

    for (size_t i = 0; i < project->pip_option_count; i++)
        for (size_t j = 0; j < sizeof options / sizeof *options; j++)
            if (strncmp(project->pip_options[i].text, options[j], strlen(options[j])) == 0)
                return true;
    return false;
}

/* Whether pip chooses among what indexes have: not where a lock, a hash or a URL does. */
static bool is_open(const struct cog_project *project)
{
    bool direct = false;

    for (size_t i = 0; i < COG_TORCH_FAMILY; i++) {
        const struct cog_package *package =
            cog_project_package(project, cog_torch_family[i].name);
        if (package && (json_array_size(package->hashes) || strchr(package->text, '@')))
            return false;
        direct |= package != NULL;
    }
    return direct && !project->lock;
}

void cog_torch_choose_index(struct cog_resolver *r, const struct cog_torch *t)
{
    const char *chosen = r->resolution->choices[COG_CHOICE_ACCELERATOR].value;
    bool gpu = r->resolution->gpu, local = t->evidence && is_local(t->evidence);
    const char *build = local ? t->evidence->accelerator : gpu ? chosen : "cpu";

    if (!build || (gpu && !local && strcmp(build, t->row[COG_TORCH_PLAIN]) == 0) ||
        !is_open(r->project) || is_sourced(r->project))
        return;
    for (size_t i = 0; i < r->project->evidence_count; i++)
        if (is_index(&r->project->evidence[i]))
            return;
    cog_resolver_choose_take(r, COG_CHOICE_TORCH_INDEX, cog_printf("%s%s", indexes, build),
                             local ? "torch.index.local-version" : "torch.index",
                             local ? t->evidence->at : t->members[t->lead].at);
}
