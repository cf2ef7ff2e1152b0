/* tensorflow.c - where TensorFlow gets CUDA from. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "versions/resolver.h"

/* Since then the extra and-cuda brings CUDA and cuDNN as wheels; before, the system must
 * have them. */
static const char with_wheels[] = "2.14";

/* Before, the extra asks for a tensorrt that only an index of NVIDIA's has. */
static const char without_tensorrt[] = "2.15.1";

/* Since then the extra leaves room in the versions of the CUDA libraries, so that torch,
 * which pins them, can be installed as well. */
static const char with_ranges[] = "2.20";

struct tensorflow {
    struct cog_framework required;
    const struct cog_package *package; /* NULL: it is not required by the project itself */
    cog_row row;
    bool exact;          /* the version is pinned, and its series is in the table */
    const char *version; /* the pinned one, or the row's */
};

static cog_row newest_row(const struct cog_table *table, const char *specifier)
{
    for (size_t i = table->count; i > 0; i--)
        if (cog_fits_specifier(specifier, table->rows[i - 1][COG_TENSORFLOW_VERSION]))
            return table->rows[i - 1];
    return table->rows[table->count - 1];
}

/* The row of the version's series, else the newest before it. */
static cog_row row_of(const struct cog_table *table, const char *version, bool *exact)
{
    cog_row before = NULL;

    for (size_t i = 0; i < table->count; i++) {
        const char *own = table->rows[i][COG_TENSORFLOW_VERSION];
        *exact = cog_same_parts(own, version, 2);
        if (*exact)
            return table->rows[i];
        if (cog_less_version(own, version))
            before = table->rows[i];
    }
    return before;
}

static void warn_version(struct cog_resolver *r, const struct tensorflow *t)
{
    const char *like = t->row[COG_TENSORFLOW_VERSION];

    if (!r->resolution->gpu || t->exact)
        return;
    if (t->required.version)
        cog_report(
            r->diags, COG_WARNING, t->required.at, "plan.version",
            "tensorflow %s is not in the tables that cog plans by; it is planned like %s",
            t->required.version, like);
    else
        cog_report(r->diags, COG_WARNING, t->required.at, "plan.version",
                   "no version is given for tensorflow; it is planned like "
                   "%s; write tensorflow==%s",
                   like, like);
}

static bool find_row(struct cog_resolver *r, struct tensorflow *t)
{
    const struct cog_table *table = &r->data->by_name[COG_TABLE_TENSORFLOW];

    t->row = t->required.version ? row_of(table, t->required.version, &t->exact)
                                 : newest_row(table, t->required.specifier);
    if (!t->row) {
        r->result = cog_report(
            r->diags, COG_ERROR, t->required.at, "plan.framework-version",
            "tensorflow %s has no wheels for the versions of Python that cog plans for",
            t->required.version);
        return false;
    }
    t->version = t->required.version ? t->required.version : t->row[COG_TENSORFLOW_VERSION];
    warn_version(r, t);
    if (t->exact && t->package && !t->package->marker)
        cog_resolver_python(r, "tensorflow", t->version, t->row[COG_TENSORFLOW_OLDEST],
                            t->row[COG_TENSORFLOW_NEWEST], t->package->at);
    return true;
}

static void check_requested(struct cog_resolver *r, const struct tensorflow *t)
{
    const char *cuda = t->row[COG_TENSORFLOW_CUDA], *cudnn = t->row[COG_TENSORFLOW_CUDNN];

    if (r->cuda && !cog_same_parts(r->cuda, cuda, 1))
        r->result = cog_report(r->diags, COG_ERROR, r->cuda_at, "plan.cuda-conflict",
                               "cuda: %s is asked for, but tensorflow %s is built for CUDA "
                               "%s; change one of them",
                               r->cuda, t->version, cuda);
    else if (r->cuda && !cog_same_parts(r->cuda, cuda, 2))
        cog_report(r->diags, COG_WARNING, r->cuda_at, "plan.cuda-build",
                   "cuda: %s is asked for; tensorflow %s is built for CUDA %s, which the "
                   "same drivers run",
                   r->cuda, t->version, cuda);
    if (r->cudnn && !cog_same_parts(r->cudnn, cudnn, 1))
        r->result = cog_report(r->diags, COG_ERROR, r->cudnn_at, "plan.cuda-conflict",
                               "cudnn: %s is asked for, but tensorflow %s is built for "
                               "cuDNN %s; change one of them",
                               r->cudnn, t->version, cudnn);
}

/* What is older takes CUDA from the image. */
static void need_system(struct cog_resolver *r, const struct tensorflow *t)
{
    struct cog_system system = {
        .subject = "tensorflow",
        .at = t->required.at,
        .need = {t->row[COG_TENSORFLOW_CUDA], t->row[COG_TENSORFLOW_CUDNN], NULL, NULL},
        .instead = "tensorflow[and-cuda] 2.14 or newer, whose wheels bring it",
    };

    cog_resolver_need(r, &system);
}

static bool has_extra(const struct cog_package *package)
{
    const json_t *extra;
    size_t index;

    json_array_foreach(package->extras, index, extra) {
        if (strcmp(json_string_value(extra), "and-cuda") == 0)
            return true;
    }
    return false;
}

/* Whether torch brings the same libraries, and both pin their versions. */
static bool has_rival(const struct cog_resolver *r, const struct tensorflow *t)
{
    const char *accelerator = r->resolution->choices[COG_CHOICE_ACCELERATOR].value;
    auto_free char *cuda = accelerator ? cog_cuda_version(accelerator) : NULL;

    return cog_resolver_has_torch(r) && cuda && cog_less_version(t->version, with_ranges) &&
           cog_same_parts(cuda, t->row[COG_TENSORFLOW_CUDA], 1);
}

/* What is written, or will be, has to be installable. */
static void check_extra(struct cog_resolver *r, const struct tensorflow *t)
{
    if (cog_less_version(t->version, without_tensorrt))
        cog_report(r->diags, COG_WARNING, t->package->at, "plan.tensorflow",
                   "tensorflow[and-cuda] %s needs tensorrt, which is only in an index of "
                   "NVIDIA's; take %s or newer, or name that index",
                   t->version, without_tensorrt);
    if (has_extra(t->package) && has_rival(r, t))
        cog_report(
            r->diags, COG_WARNING, t->package->at, "plan.tensorflow",
            "torch and tensorflow[and-cuda] before %s pin different versions of the "
            "same CUDA libraries, so pip may find no answer; take a newer tensorflow, "
            "or leave out the extra",
            with_ranges);
}

/* Asks for the wheels that bring CUDA. */
static void add_wheels(struct cog_resolver *r, const struct tensorflow *t)
{
    const struct cog_package *package = t->package;
    const char *marker = package && package->marker ? package->marker : "";

    if (!package)
        return;
    if (has_extra(package) || !has_rival(r, t))
        check_extra(r, t);
    if (has_extra(package))
        return;
    if (has_rival(r, t))
        cog_report(
            r->diags, COG_WARNING, package->at, "plan.tensorflow",
            "torch and tensorflow[and-cuda] before %s pin different versions of the "
            "same CUDA libraries, so tensorflow is installed without and has those of "
            "torch, which may not fit it; take a newer tensorflow",
            with_ranges);
    else if (r->project->lock || json_array_size(package->hashes) ||
             strchr(package->text, '@'))
        cog_report(r->diags, COG_WARNING, package->at, "plan.tensorflow",
                   "tensorflow alone finds no CUDA and computes on CPUs; write "
                   "tensorflow[and-cuda]");
    else
        cog_resolver_choose_take(r, COG_CHOICE_TENSORFLOW,
                                 cog_printf("tensorflow[and-cuda]%s%s%s",
                                            package->specifier, *marker ? " ; " : "",
                                            marker),
                                 "tensorflow.and-cuda", package->at);
}

void cog_resolver_tensorflow(struct cog_resolver *r)
{
    struct tensorflow t = {.package = cog_project_package(r->project, "tensorflow")};
    struct cog_choice *chosen = &r->resolution->choices[COG_CHOICE_ACCELERATOR];

    if (!cog_project_framework(r->project, "tensorflow", &t.required) || !find_row(r, &t) ||
        !r->resolution->gpu)
        return;
    check_requested(r, &t);
    bool system = cog_less_version(t.version, with_wheels);
    if (system)
        need_system(r, &t);
    else
        add_wheels(r, &t);
    if (chosen->value)
        return;
    cog_resolver_choose_take(
        r, COG_CHOICE_ACCELERATOR,
        cog_cuda_build(r->cuda && system ? r->cuda : t.row[COG_TENSORFLOW_CUDA]),
        "accelerator.tensorflow", t.required.at);
    cog_resolver_choose_take(r, COG_CHOICE_CUDNN, cog_strdup(t.row[COG_TENSORFLOW_CUDNN]),
                             "cuda.cudnn.tensorflow", t.required.at);
}
