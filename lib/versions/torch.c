/* torch.c - which version of torch is meant, and whether its relatives fit it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "versions/torch.h"

static const struct cog_table *table_of(const struct cog_resolver *r)
{
    return &r->data->by_name[COG_TABLE_TORCH];
}

static bool find_family(const struct cog_resolver *r, struct cog_torch *t)
{
    bool found = false;

    for (size_t i = 0; i < COG_TORCH_FAMILY; i++) {
        t->present[i] =
            cog_project_framework(r->project, cog_torch_family[i].name, &t->members[i]);
        found |= t->present[i];
    }
    return found;
}

/* The newest row that fits what is asked of torch, and has the build (NULL: any). */
static cog_row newest_row(const struct cog_resolver *r, const struct cog_torch *t,
                          const char *build)
{
    const struct cog_table *table = table_of(r);
    const char *specifier = t->present[0] ? t->members[0].specifier : "";

    for (size_t i = table->count; i > 0; i--)
        if (cog_fits_specifier(specifier, table->rows[i - 1][COG_TORCH_VERSION]) &&
            (!build || cog_torch_has_build(table->rows[i - 1], build)))
            return table->rows[i - 1];
    return NULL;
}

/* What is newer than the table, or missing in it, is planned like the newest before it. */
static cog_row row_before(struct cog_resolver *r, const struct cog_framework *torch)
{
    const struct cog_table *table = table_of(r);
    cog_row row = NULL;

    for (size_t i = 0; i < table->count; i++)
        if (cog_less_version(table->rows[i][COG_TORCH_VERSION], torch->version))
            row = table->rows[i];
    if (!row)
        r->result = cog_report(
            r->diags, COG_ERROR, torch->at, "plan.framework-version",
            "torch %s has no wheels for the versions of Python that cog plans for; the "
            "oldest that has is %s",
            torch->version, table->rows[0][COG_TORCH_VERSION]);
    else if (r->resolution->gpu)
        cog_report(r->diags, COG_WARNING, torch->at, "plan.version",
                   "torch %s is not in the tables that cog plans by; it is planned like %s",
                   torch->version, row[COG_TORCH_VERSION]);
    return row;
}

/* Finds the row of a member that is pinned, torch's own before those of the others. */
static void find_pinned(struct cog_resolver *r, struct cog_torch *t)
{
    for (size_t i = 0; i < COG_TORCH_FAMILY && !t->row; i++) {
        if (!t->present[i] || !t->members[i].version)
            continue;
        t->lead = i;
        t->row =
            cog_find_row(table_of(r), cog_torch_family[i].column, t->members[i].version);
        t->exact = t->row != NULL;
        if (i == 0 && !t->row) {
            t->row = row_before(r, &t->members[0]);
            return;
        }
    }
}

static void find_unpinned(struct cog_resolver *r, struct cog_torch *t)
{
    const char *build = t->evidence ? t->evidence->accelerator : NULL;

    t->lead = 0;
    while (!t->present[t->lead])
        t->lead++;
    t->row = newest_row(r, t, build);
    if (!t->row)
        t->row = newest_row(r, t, NULL);
    if (!t->row)
        t->row = table_of(r)->rows[table_of(r)->count - 1];
    if (r->resolution->gpu && !r->project->lock)
        cog_report(r->diags, COG_WARNING, t->members[t->lead].at, "plan.version",
                   "no version is given for torch; it is planned like %s; "
                   "write torch==%s",
                   t->row[COG_TORCH_VERSION], t->row[COG_TORCH_VERSION]);
}

static void find_row(struct cog_resolver *r, struct cog_torch *t)
{
    static const char *const rules[] = {"torch.newest", "torch.torchvision",
                                        "torch.torchaudio"};
    bool pinned;

    find_pinned(r, t);
    if (r->result < 0)
        return;
    pinned = t->row != NULL;
    if (!pinned)
        find_unpinned(r, t);
    if (r->resolution->gpu && !(t->exact && t->lead == 0))
        cog_resolver_choose_take(r, COG_CHOICE_LIKE, cog_strdup(t->row[COG_TORCH_VERSION]),
                                 rules[pinned ? t->lead : 0], t->members[t->lead].at);
}

/* Whether the member can be the one of the row. A version that no row has is not judged. */
static bool fits_row(const struct cog_resolver *r, const struct cog_torch *t, size_t member)
{
    const struct cog_framework *framework = &t->members[member];
    const char *own = t->row[cog_torch_family[member].column];

    if (strcmp(own, "-") == 0)
        return true;
    if (!framework->version)
        return cog_fits_specifier(framework->specifier, own);
    cog_row other =
        cog_find_row(table_of(r), cog_torch_family[member].column, framework->version);
    return !other || other == t->row;
}

static void check_family(struct cog_resolver *r, const struct cog_torch *t)
{
    const struct cog_framework *lead = &t->members[t->lead];

    for (size_t i = 0; i < COG_TORCH_FAMILY; i++) {
        const struct cog_framework *framework = &t->members[i];
        if (!t->present[i] || i == t->lead || fits_row(r, t, i))
            continue;
        auto_free char *place = cog_pos_text(lead->at);
        r->result = cog_report(
            r->diags, COG_ERROR, framework->at, "plan.torch-versions",
            "%s %s does not go with %s %s at %s, to which %s %s belongs; change one of "
            "them",
            cog_torch_family[i].name,
            framework->version ? framework->version : framework->specifier,
            cog_torch_family[t->lead].name, lead->version, place, cog_torch_family[i].name,
            t->row[cog_torch_family[i].column]);
    }
}

static void limit_python(struct cog_resolver *r, const struct cog_torch *t)
{
    const struct cog_package *package = cog_project_package(r->project, "torch");
    bool alone =
        !t->present[1] && !t->present[2] && strcmp(t->row[COG_TORCH_ALONE], "-") != 0;

    if (t->lead == 0 && package && !package->marker)
        cog_resolver_python(r, "torch", t->row[COG_TORCH_VERSION], t->row[COG_TORCH_OLDEST],
                            t->row[alone ? COG_TORCH_ALONE : COG_TORCH_NEWEST],
                            package->at);
}

void cog_resolver_torch(struct cog_resolver *r)
{
    struct cog_torch t = {.evidence = cog_torch_evidence(r->project)};

    if (!find_family(r, &t))
        return;
    find_row(r, &t);
    if (!t.row)
        return;
    if (t.exact) {
        check_family(r, &t);
        limit_python(r, &t);
    }
    if (r->resolution->gpu)
        cog_torch_choose_build(r, &t);
    cog_torch_choose_index(r, &t);
}
