/* catalog.c - looks up base images. */
#include "versions/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "model/reference.h"
#include "versions/resolver.h"
#include "versions/template.h"

/* How well a row has the CUDA that is needed; a larger one is better. */
enum fit { UNFIT, AFTER, BEFORE, SERIES, SAME };

/* The CUDA of a row that comes closest to what is needed. */
struct candidate {
    cog_row row;
    enum fit fit;
    char *cuda; /* NULL: the row has none */
};

void cog_base_release(struct cog_base *base)
{
    free(base->image);
    free(base->build);
    free(base->python);
    free(base->cuda);
    free(base->cudnn);
    free(base->suite);
    *base = (struct cog_base){0};
}

static bool is_set(const char *cell)
{
    return strcmp(cell, "-") != 0;
}

static size_t parts_of(const char *version)
{
    size_t parts = 1;

    for (; *version; version++)
        parts += *version == '.';
    return parts;
}

/* Whether the versions are more than one, "*" or "3.12+". */
static bool is_open(const char *held)
{
    return strcmp(held, "*") == 0 || held[strlen(held) - 1] == '+';
}

/* "3.12.11+" is 3.12.11 and what follows it in 3.12, "3.12+" all that follows 3.12. */
static bool is_since(const char *held, const char *python)
{
    auto_free char *least = cog_strndup(held, strlen(held) - 1);

    if (parts_of(least) == 2)
        return !cog_less_version(python, least);
    return cog_same_parts(least, python, 2) &&
           (parts_of(python) == 2 || !cog_less_version(python, least));
}

/* "3.12" is 3.12.4, and the reverse; "3.12.1" is not. */
static bool is_python(const char *held, const char *python)
{
    bool full = parts_of(held) > 2 && parts_of(python) > 2;

    if (is_open(held))
        return strcmp(held, "*") == 0 || is_since(held, python);
    return cog_same_parts(held, python, full ? 3 : 2);
}

/* The one of these Pythons that `python` is, as it stands there; the caller frees it. */
static char *python_in(const char *pythons, const char *python)
{
    for (const char *rest = pythons; rest;) {
        char *word = cog_next_word(&rest);
        if (is_python(word, python))
            return word;
        free(word);
    }
    return NULL;
}

static bool has_python(cog_row row, const char *python)
{
    auto_free char *found = python_in(row[COG_BASE_PYTHON], python);

    return found != NULL;
}

static enum fit fit_of(const char *cuda, const char *needed)
{
    size_t parts = parts_of(needed);

    if (strcmp(cuda, "*") == 0 || (parts > 2 && cog_same_version(cuda, needed)))
        return SAME;
    if (cog_same_parts(cuda, needed, parts > 2 ? 2 : parts))
        return SERIES;
    if (!cog_same_parts(cuda, needed, 1))
        return UNFIT;
    return cog_less_version(cuda, needed) ? BEFORE : AFTER;
}

/* Whether `cuda` is the better one of two that fit alike. */
static bool is_closer(enum fit fit, const char *cuda, const char *other)
{
    return fit == AFTER ? cog_less_version(cuda, other) : cog_less_version(other, cuda);
}

/* The best CUDA of a row. */
static void fit_cuda(struct candidate *c, const char *needed)
{
    if (!is_set(c->row[COG_BASE_CUDA])) {
        c->fit = needed ? UNFIT : SAME;
        return;
    }
    for (const char *rest = c->row[COG_BASE_CUDA]; rest;) {
        char *cuda = cog_next_word(&rest);
        enum fit fit = needed ? fit_of(cuda, needed) : BEFORE;
        if (fit > c->fit || (fit && fit == c->fit && is_closer(fit, cuda, c->cuda))) {
            free(c->cuda);
            c->cuda = cuda;
            c->fit = fit;
        } else {
            free(cuda);
        }
    }
}

static bool has_cudnn(cog_row row, const char *needed)
{
    const char *cudnn = row[COG_BASE_CUDNN];

    return !needed || (is_set(cudnn) && (!*needed || cog_same_parts(cudnn, needed, 1)));
}

static bool is_better(const struct candidate *one, const struct candidate *other)
{
    if (one->fit != other->fit)
        return one->fit > other->fit;
    return one->cuda && other->cuda && is_closer(one->fit, one->cuda, other->cuda);
}

static struct candidate best_of(const struct cog_table *table,
                                const struct cog_base_need *need, const char *python)
{
    struct candidate best = {0};

    for (size_t i = 0; i < table->count; i++) {
        struct candidate candidate = {.row = table->rows[i]};
        if (!need->cuda && best.fit == SAME)
            break; /* it has none, and was the first */
        if (strcmp(candidate.row[COG_BASE_USE], need->use ? need->use : "plan") != 0 ||
            !has_cudnn(candidate.row, need->cudnn) ||
            (need->suite && strcmp(candidate.row[COG_BASE_SUITE], need->suite) != 0) ||
            (python && !has_python(candidate.row, python)))
            continue;
        fit_cuda(&candidate, need->cuda);
        if (candidate.fit && is_better(&candidate, &best)) {
            free(best.cuda);
            best = candidate;
        } else {
            free(candidate.cuda);
        }
    }
    return best;
}

char *cog_catalog_python(const char *pythons, const char *python)
{
    auto_free char *found = python_in(pythons, python);

    if (!found)
        return NULL;
    bool fuller = !is_open(found) && parts_of(found) > parts_of(python);
    return cog_strdup(fuller ? found : python);
}

static char *set_or_null(const char *cell)
{
    return is_set(cell) ? cog_strdup(cell) : NULL;
}

/* The image that a cell names; the caller frees it. NULL: none. */
static char *name_of(const struct candidate *c, size_t column, const char *python)
{
    auto_free char *held = python ? python_in(c->row[COG_BASE_PYTHON], python) : NULL;
    const char *const versions[COG_HOLDER_COUNT] = {held && !is_open(held) ? held : python,
                                                    c->cuda};

    if (!is_set(c->row[column]))
        return NULL;
    return cog_template_fill(c->row[column], versions);
}

bool cog_catalog_choose(const struct cog_table *table, const struct cog_base_need *need,
                        const char *python, struct cog_base *base)
{
    struct candidate best = best_of(table, need, python);

    *base = (struct cog_base){0};
    if (!best.fit)
        return false;
    if (best.cuda && strcmp(best.cuda, "*") == 0) {
        free(best.cuda);
        best.cuda = cog_strdup(need->cuda);
    }
    *base = (struct cog_base){
        .image = name_of(&best, COG_BASE_IMAGE, python),
        .build = name_of(&best, COG_BASE_BUILD, python),
        .python = python ? cog_catalog_python(best.row[COG_BASE_PYTHON], python) : NULL,
        .cuda = best.cuda,
        .cudnn = set_or_null(best.row[COG_BASE_CUDNN]),
        .suite = set_or_null(best.row[COG_BASE_SUITE]),
        .apt = strcmp(best.row[COG_BASE_SOURCE], "apt") == 0,
    };
    return true;
}

/* Whether there is an image for Python 3.`minor` that has what is needed, when the best one
 * is `best`: not one of another minor version of CUDA. */
static bool has_minor(const struct cog_table *table, const struct cog_base_need *need,
                      const struct candidate *best, unsigned minor)
{
    bool apart = need->cuda && (best->fit == BEFORE || best->fit == AFTER);
    const struct cog_base_need same = {apart ? best->cuda : need->cuda, need->cudnn,
                                       need->suite, need->use};
    auto_free char *python = cog_printf("3.%u", minor);
    struct candidate found = best_of(table, &same, python);

    free(found.cuda);
    return found.fit && found.fit >= (need->cuda ? SERIES : best->fit);
}

char *cog_catalog_pythons(const struct cog_table *table, const struct cog_base_need *need)
{
    struct candidate best = best_of(table, need, NULL);
    bool any = has_minor(table, need, &best, COG_NEWEST_PYTHON);
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    if (any)
        (void)fputc('*', out);
    for (unsigned minor = COG_OLDEST_PYTHON; !any && minor < COG_NEWEST_PYTHON; minor++)
        if (has_minor(table, need, &best, minor))
            (void)fprintf(out, "%s3.%u", ftell(out) > 0 ? " " : "", minor);
    free(best.cuda);
    cog_text_close(out, &text);
    return text;
}

/* --- by name --- */

/* A row whose name, or that of the image that compiles, is `name`. */
static bool is_called(cog_row row, const char *name, struct cog_template_match *match)
{
    return cog_template_match(row[COG_BASE_IMAGE], name, match) ||
           (is_set(row[COG_BASE_BUILD]) &&
            cog_template_match(row[COG_BASE_BUILD], name, match));
}

/* Whether the row has such an image: the versions in the name are some of its own. */
static bool holds(cog_row row, const struct cog_template_match *match)
{
    const char *python = match->versions[COG_HOLDER_PYTHON];
    const char *cuda = match->versions[COG_HOLDER_CUDA];
    struct candidate candidate = {.row = row};

    if (*python && (!cog_is_plain_version(python, 2, 3) || !has_python(row, python)))
        return false;
    if (!*cuda)
        return true;
    fit_cuda(&candidate, cuda);
    free(candidate.cuda);
    return candidate.fit >= (parts_of(cuda) > 2 ? SAME : SERIES);
}

char *cog_catalog_name(const char *name)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, name, &reason) < 0)
        return NULL;
    free(reference.digest);
    reference.digest = NULL;
    char *text = cog_reference_familiar(&reference);
    cog_reference_release(&reference);
    return text;
}

bool cog_catalog_find(const struct cog_table *table, const char *name,
                      struct cog_base *base)
{
    auto_free char *plain = cog_catalog_name(name);

    *base = (struct cog_base){0};
    for (size_t i = 0; plain && i < table->count; i++) {
        cog_row row = table->rows[i];
        struct cog_template_match match;
        if (!is_called(row, plain, &match) || !holds(row, &match))
            continue;
        const char *python = match.versions[COG_HOLDER_PYTHON];
        const char *cuda = match.versions[COG_HOLDER_CUDA];
        base->python = cog_strdup(*python ? python : row[COG_BASE_PYTHON]);
        base->cuda = set_or_null(*cuda ? cuda : row[COG_BASE_CUDA]);
        base->cudnn = set_or_null(row[COG_BASE_CUDNN]);
        base->suite = set_or_null(row[COG_BASE_SUITE]);
        base->apt = strcmp(row[COG_BASE_SOURCE], "apt") == 0;
        return true;
    }
    return false;
}
