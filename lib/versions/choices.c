/* choices.c - what has been decided so far, and which Pythons packages have wheels for. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/torch.h"

const struct cog_torch_member cog_torch_family[COG_TORCH_FAMILY] = {
    {"torch", COG_TORCH_VERSION},
    {"torchvision", COG_TORCH_VISION},
    {"torchaudio", COG_TORCH_AUDIO},
};

const char *cog_choice_key(enum cog_choice_kind kind)
{
    static const char *const keys[COG_CHOICE_COUNT] = {
        [COG_CHOICE_ACCELERATOR] = "accelerator",
        [COG_CHOICE_CUDA] = "cuda.version",
        [COG_CHOICE_CUDNN] = "cuda.cudnn",
        [COG_CHOICE_DRIVER] = "cuda.driver",
        [COG_CHOICE_LIKE] = "torch.like",
        [COG_CHOICE_TORCH_INDEX] = "torch.index",
        [COG_CHOICE_TENSORFLOW] = "tensorflow.requirement",
    };
    return keys[kind];
}

void cog_resolver_choose_take(struct cog_resolver *r, enum cog_choice_kind kind,
                              char *value, const char *rule, struct cog_pos at)
{
    struct cog_choice *choice = &r->resolution->choices[kind];

    free(choice->value);
    choice->value = value;
    choice->rule = rule;
    choice->at = at;
}

void cog_resolver_reject(struct cog_resolver *r, enum cog_choice_kind kind,
                         const char *value, const char *rule, struct cog_pos at)
{
    struct cog_choice *choice = &r->resolution->choices[kind];
    json_t *entry = json_pack("{s:s, s:s}", "value", value, "rule", rule);
    auto_free char *place = cog_pos_text(at);

    if (*place)
        json_object_set_new(entry, "at", json_string(place));
    if (!choice->rejected)
        choice->rejected = json_array();
    json_array_append_new(choice->rejected, entry);
}

/* Whether wheels may come from elsewhere than the package index and PyTorch's. */
static bool has_other_places(const struct cog_project *project)
{
    static const char *const options[] = {"--index-url", "--extra-index-url",
                                          "--find-links"};

    for (size_t i = 0; i < project->pip_option_count; i++)
        for (size_t j = 0; j < sizeof options / sizeof *options; j++)
            if (strncmp(project->pip_options[i].text, options[j], strlen(options[j])) ==
                    0 &&
                !strstr(project->pip_options[i].text, "https://download.pytorch.org/"))
                return true;
    return false;
}

void cog_resolver_python(struct cog_resolver *r, const char *package, const char *version,
                         const char *oldest, const char *newest, struct cog_pos at)
{
    const char *dot = strchr(newest, '.');
    unsigned long minor = dot ? strtoul(dot + 1, NULL, 10) : 0;

    r->resolution->pythons[r->resolution->python_count++] = (struct cog_wheels){
        .firm = !has_other_places(r->project),
        .specifier = cog_printf(">=%s,<%.*s.%lu", oldest, (int)strcspn(newest, "."), newest,
                                minor + 1),
        .package = cog_printf("%s %s", package, version),
        .at = at,
    };
}

bool cog_resolver_has_torch(const struct cog_resolver *r)
{
    struct cog_framework framework;

    for (size_t i = 0; i < COG_TORCH_FAMILY; i++)
        if (cog_project_framework(r->project, cog_torch_family[i].name, &framework))
            return true;
    return false;
}

static void report_rival(struct cog_resolver *r, const struct cog_system *system,
                         const char *what, const char *one, const char *other)
{
    const struct cog_system *known = &r->resolution->system;
    auto_free char *place = cog_pos_text(known->at);

    r->result =
        cog_report(r->diags, COG_ERROR, system->at, "plan.cuda-conflict",
                   "%s takes %s %s from the image, but %s at %s takes %s; change one "
                   "of them",
                   system->subject, what, one, known->subject, place, other);
}

/* Makes what was noted as narrow as what is new. */
static void narrow(struct cog_resolver *r, const struct cog_system *system,
                   const struct cog_base_need *need)
{
    struct cog_base_need *known = &r->resolution->system.need;

    if (!cog_same_parts(known->cuda, need->cuda, 1))
        report_rival(r, system, "CUDA", need->cuda, known->cuda);
    else if (!strchr(known->cuda, '.'))
        known->cuda = need->cuda;
    if (!known->cudnn || !*known->cudnn)
        known->cudnn = need->cudnn ? need->cudnn : known->cudnn;
    else if (need->cudnn && *need->cudnn && !cog_same_parts(known->cudnn, need->cudnn, 1))
        report_rival(r, system, "cuDNN", need->cudnn, known->cudnn);
}

void cog_resolver_need(struct cog_resolver *r, const struct cog_system *system)
{
    struct cog_system *known = &r->resolution->system;
    struct cog_base_need need = system->need;

    if (r->cuda && need.cudnn && !cog_same_parts(r->cuda, need.cuda, 1))
        need.cudnn = ""; /* what goes with another CUDA is not known */
    if (r->cuda)
        need.cuda = r->cuda;
    if (r->cudnn && need.cudnn)
        need.cudnn = r->cudnn;
    if (known->subject) {
        narrow(r, system, &need);
    } else {
        *known = *system;
        known->need = need;
    }
    if (system->compiled) {
        known->compiled = system->compiled;
        known->compiled_at = system->compiled_at;
    }
}
