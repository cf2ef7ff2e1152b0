/* base_image.c - the image to begin with: the user's, or one that has what is needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "model/reference.h"
#include "versions/resolver.h"

/* Where a message about the option points. */
static const struct cog_pos option_at = {.file = "--base"};

/* --- the option --- */

/* The member that a part "NAME=" of the option is for, or NULL. */
static char **member_of(struct cog_base *base, const char *name)
{
    if (strcmp(name, "build") == 0)
        return &base->build;
    if (strcmp(name, "python") == 0)
        return &base->python;
    if (strcmp(name, "cuda") == 0)
        return &base->cuda;
    if (strcmp(name, "suite") == 0)
        return &base->suite;
    return strcmp(name, "cudnn") == 0 ? &base->cudnn : NULL;
}

static bool is_reference(const char *text)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, text, &reason) < 0)
        return false;
    cog_reference_release(&reference);
    return true;
}

static bool parse_part(struct cog_base *base, const char *part)
{
    const char *equals = strchr(part, '=');
    auto_free char *name = cog_strndup(part, equals ? (size_t)(equals - part) : 0);
    char **member = member_of(base, name);

    if (strcmp(part, "source=apt") == 0)
        return base->apt = true;
    if (!member || *member)
        return false;
    *member = cog_strdup(equals + 1);
    if (member == &base->build)
        return is_reference(*member);
    if (member == &base->suite)
        return cog_is_suite(*member);
    return cog_is_plain_version(*member, member == &base->cudnn ? 1 : 2, 3);
}

int cog_base_parse(struct cog_base *base, const char *option, struct cog_diags *diags)
{
    size_t length = strcspn(option, ",");
    bool valid;

    *base = (struct cog_base){.image = cog_strndup(option, length)};
    valid = is_reference(base->image);
    for (const char *part = option + length; valid && *part; part += length) {
        length = strcspn(++part, ",");
        auto_free char *text = cog_strndup(part, length);
        valid = parse_part(base, text);
    }
    if (valid)
        return 0;
    return cog_report(
        diags, COG_ERROR, (struct cog_pos){0}, "usage.option",
        "--base takes IMAGE,python=VERSION,source=apt,cuda=VERSION,"
        "cudnn=VERSION,build=IMAGE,suite=NAME, all but the image as needed, not \"%s\"",
        option);
}

/* --- what Pythons images have --- */

/* "3.10 or 3.12"; the caller frees it. */
static char *alternatives(const char *pythons)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (const char *rest = pythons; rest;) {
        auto_free char *python = cog_next_word(&rest);
        (void)fprintf(out, "%s%s", python, rest ? " or " : "");
    }
    cog_text_close(out, &text);
    return text;
}

/* What PEP 440 calls these series and no others, as ">=3.10,!=3.11.*,<3.13"; the caller
 * frees it. One that cog does not plan for stays alone, and nothing will fit it. */
static char *range_of(const char *pythons)
{
    unsigned next = 0;
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    for (unsigned minor = COG_OLDEST_PYTHON; minor <= COG_NEWEST_PYTHON; minor++) {
        auto_free char *series = cog_printf("3.%u", minor);
        auto_free char *held = cog_catalog_python(pythons, series);
        if (!held)
            continue;
        if (!next)
            (void)fprintf(out, ">=%s,", series);
        for (; next && next < minor; next++)
            (void)fprintf(out, "!=3.%u.*,", next);
        next = minor + 1;
    }
    if (next)
        (void)fprintf(out, "<3.%u", next);
    else
        (void)fprintf(out, "==%.*s", (int)strcspn(pythons, " "), pythons);
    cog_text_close(out, &text);
    return text;
}

/* What to take where Python is to be another one; the caller frees it. NULL: the user named
 * the image. */
static char *others(const struct cog_resolver *r)
{
    const char *instead = r->resolution->system.instead;

    if (r->given)
        return NULL;
    return cog_printf("%s%san image of your own with --base", instead ? instead : "",
                      instead ? ", or " : "");
}

/* That Python has to be one of those of the images that `what` (stolen) names. A single one
 * is asked for, so that it may be newer than what cog knows. */
static void hold_take(struct cog_resolver *r, char *what, const char *pythons,
                      struct cog_pos at)
{
    char *range = range_of(pythons), *held = alternatives(pythons);
    bool single = *range == '>' && !strchr(held, ' ');

    r->resolution->held = (struct cog_held){
        .image = what,
        .pythons = held,
        .specifier = range,
        .single = single ? held : NULL,
        .instead = others(r),
        .at = at,
    };
}

/* --- the user's image --- */

static void copy(struct cog_base *base, const struct cog_base *from)
{
    *base = (struct cog_base){
        .image = cog_strdup(from->image),
        .build = from->build ? cog_strdup(from->build) : NULL,
        .python = from->python ? cog_strdup(from->python) : NULL,
        .cuda = from->cuda ? cog_strdup(from->cuda) : NULL,
        .cudnn = from->cudnn ? cog_strdup(from->cudnn) : NULL,
        .suite = from->suite ? cog_strdup(from->suite) : NULL,
        .apt = from->apt,
    };
}

static void declare(char **member, char **declared)
{
    if (*member)
        return;
    *member = *declared;
    *declared = NULL;
}

/* What is said of the image: by the option, else by the catalogue. */
static void gather(struct cog_resolver *r)
{
    struct cog_base *base = &r->resolution->base, declared;

    copy(base, r->given);
    if (!cog_catalog_find(&r->data->by_name[COG_TABLE_BASE_IMAGES], base->image, &declared))
        return;
    base->apt |= declared.apt && !base->python;
    declare(&base->python, &declared.python);
    declare(&base->cuda, &declared.cuda);
    declare(&base->cudnn, &declared.cudnn);
    declare(&base->suite, &declared.suite);
    cog_base_release(&declared);
}

/* One version that the image has and something needs. */
static void compare(struct cog_resolver *r, const char *what, const char *name,
                    const char *held, const char *needed)
{
    const struct cog_system *system = &r->resolution->system;
    const char *image = r->given->image;

    if (!needed || (held && (!*needed || cog_same_parts(held, needed, 1))))
        return;
    if (held)
        r->result =
            cog_report(r->diags, COG_ERROR, system->at, "plan.cuda-conflict",
                       "%s takes %s %s from the image, but %s has %s; change one of "
                       "them",
                       system->subject, what, needed, image, held);
    else
        r->result = cog_report(
            r->diags, COG_ERROR, system->at, "plan.base",
            "%s takes %s %s from the image, and nothing says that %s has "
            "it; if it does, write --base %s,%s=%s",
            system->subject, what, needed, image, image, name, *needed ? needed : "9");
}

static void check_given(struct cog_resolver *r)
{
    const struct cog_base *base = &r->resolution->base;
    const struct cog_base_need *need = &r->resolution->system.need;

    gather(r);
    compare(r, "CUDA", "cuda", base->cuda, need->cuda);
    compare(r, "cuDNN", "cudnn", base->cudnn, need->cudnn);
    if (base->python)
        hold_take(r, cog_strdup(base->image), base->python, option_at);
    else
        r->result = cog_report(r->diags, COG_ERROR, option_at, "plan.base",
                               "nothing says which Python %s has; write --base "
                               "%s,python=3.13, or describe it in a catalogue",
                               base->image, base->image);
}

/* --- an image of the catalogue --- */

/* "CUDA 12 and cuDNN 9"; the caller frees it. */
static char *need_text(const struct cog_base_need *need)
{
    if (need->cudnn && *need->cudnn)
        return cog_printf("CUDA %s and cuDNN %s", need->cuda, need->cudnn);
    return cog_printf("CUDA %s%s", need->cuda, need->cudnn ? " and cuDNN" : "");
}

/* Whether the image has another minor version of CUDA than the one needed. */
static void warn_other(struct cog_resolver *r, const char *wanted)
{
    const struct cog_system *system = &r->resolution->system;
    struct cog_base base;

    if (!cog_catalog_choose(&r->data->by_name[COG_TABLE_BASE_IMAGES], &system->need, NULL,
                            &base))
        return;
    if (strchr(system->need.cuda, '.') && !cog_same_parts(base.cuda, system->need.cuda, 2))
        cog_report(
            r->diags, COG_WARNING, system->at, "plan.cuda-build",
            "%s takes %s from the image, which no image has; CUDA %s is used instead",
            system->subject, wanted, base.cuda);
    cog_base_release(&base);
}

static void check_chosen(struct cog_resolver *r)
{
    const struct cog_system *system = &r->resolution->system;

    cog_resolver_suite(r);
    auto_free char *wanted = system->subject ? need_text(&system->need) : NULL;
    auto_free char *pythons =
        cog_catalog_pythons(&r->data->by_name[COG_TABLE_BASE_IMAGES], &system->need);
    bool any = strcmp(pythons, "*") == 0;

    if (wanted)
        warn_other(r, wanted);
    if (*pythons && !any)
        hold_take(r,
                  wanted ? cog_printf("the image with %s for %s", wanted, system->subject)
                         : cog_strdup("the catalogue"),
                  pythons, system->at);
    else if (!*pythons && wanted)
        r->result =
            cog_report(r->diags, COG_ERROR, system->at, "plan.base",
                       "%s takes %s from the image, and the catalogue has none with "
                       "them and Python 3.10 or newer; take %s%san image of your own "
                       "with --base",
                       system->subject, wanted, system->instead ? system->instead : "",
                       system->instead ? ", or " : "");
    else if (!*pythons)
        r->result = cog_report(r->diags, COG_ERROR, system->at, "plan.base",
                               "the catalogue has no image with Python 3.10 or newer whose "
                               "use is plan; add one, or name an image with --base");
}

void cog_resolver_base(struct cog_resolver *r)
{
    if (r->given)
        check_given(r);
    else
        check_chosen(r);
}

/* --- what is found --- */

/* Rather an image of another release of Debian than none. */
static bool choose(const struct cog_resolution *resolution, const char *python,
                   struct cog_base *base)
{
    const struct cog_table *table = &resolution->data->by_name[COG_TABLE_BASE_IMAGES];
    struct cog_base_need need = resolution->system.need;

    if (cog_catalog_choose(table, &need, python, base))
        return true;
    need.suite = NULL;
    return cog_catalog_choose(table, &need, python, base);
}

bool cog_resolution_base(const struct cog_resolution *resolution, const char *python,
                         struct cog_base *base)
{
    const struct cog_base *own = &resolution->base;
    char *held = own->python ? cog_catalog_python(own->python, python) : NULL;

    *base = (struct cog_base){0};
    if (!own->image)
        return choose(resolution, python, base);
    if (!held)
        return false;
    copy(base, own);
    free(base->python);
    base->python = held;
    return true;
}
