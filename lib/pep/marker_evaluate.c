/* marker_evaluate.c - evaluates a marker. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/name.h"
#include "pep/specifier.h"
#include "pep/tree.h"

static enum cog_truth truth_of(bool holds)
{
    return holds ? COG_TRUE : COG_FALSE;
}

/* Of texts that have no order. */
static enum cog_truth compare_equality(const char *op, bool same)
{
    if (strcmp(op, "==") == 0 || strcmp(op, "<=") == 0 || strcmp(op, ">=") == 0)
        return truth_of(same);
    if (strcmp(op, "!=") == 0)
        return truth_of(!same);
    return strcmp(op, "<") == 0 || strcmp(op, ">") == 0 ? COG_FALSE : COG_UNDEFINED;
}

static bool is_membership(const char *op)
{
    return strcmp(op, "in") == 0 || strcmp(op, "not in") == 0;
}

static bool is_versioned(const char *name)
{
    return strcmp(name, "python_version") == 0 ||
           strcmp(name, "python_full_version") == 0 ||
           strcmp(name, "implementation_version") == 0 ||
           strcmp(name, "platform_release") == 0;
}

/* The value of the variable `name` with a literal, in the order of the marker. */
static enum cog_truth compare_texts(const char *name, const char *left, const char *op,
                                    const char *right)
{
    struct cog_clause clause;
    struct cog_fault none;

    if (is_membership(op))
        return truth_of((strstr(right, left) != NULL) == (*op == 'i'));
    auto_free char *text = cog_printf("%s%s", op, right);
    if (!is_versioned(name) || cog_clause_parse(&clause, text, strlen(text), &none) < 0)
        return compare_equality(op, strcmp(left, right) == 0);
    enum cog_truth truth = truth_of(cog_clause_contains(&clause, left));
    cog_clause_release(&clause);
    return truth;
}

static enum cog_truth compare_list(const char *left, const char *op,
                                   const char *const *list)
{
    if (!list)
        return COG_UNKNOWN;
    if (!is_membership(op))
        return compare_equality(op, false);
    auto_free char *wanted = cog_name_normalise(left, strlen(left));
    bool found = false;
    for (; *list && !found; list++) {
        auto_free char *name = cog_name_normalise(*list, strlen(*list));
        found = strcmp(name, wanted) == 0;
    }
    return truth_of(found == (*op == 'i'));
}

static enum cog_truth compare_with(const struct cog_marker *marker, const char *value)
{
    return marker->left.variable
               ? compare_texts(marker->left.text, value, marker->op, marker->right.text)
               : compare_texts(marker->right.text, marker->left.text, marker->op, value);
}

/* The version that a full version of Python is compared with, if it is one of `minor`; the
 * caller frees it. Else NULL. */
static char *compared_release(const char *literal, const char *minor)
{
    size_t size = strlen(literal);
    bool wildcard = size > 2 && strcmp(literal + size - 2, ".*") == 0;
    auto_free char *release = cog_strndup(literal, wildcard ? size - 2 : size);
    struct cog_version version, python;

    if (cog_version_parse(&version, release) < 0)
        return NULL;
    (void)cog_version_parse(&python, minor);
    char *text = cog_version_agree(&version, &python, 2) ? cog_strdup(version.text) : NULL;
    cog_version_release(&version);
    cog_version_release(&python);
    return text;
}

/* Of a full version of which only the minor release is known. A comparison changes its mind
 * only at the version that it names, so the first, the last and that one tell. */
static enum cog_truth compare_any_patch(const struct cog_marker *marker, const char *minor)
{
    const char *literal = marker->left.variable ? marker->right.text : marker->left.text;
    auto_free char *first = cog_printf("%s.0", minor);
    auto_free char *last = cog_printf("%s.999999", minor);
    auto_free char *named = compared_release(literal, minor);
    enum cog_truth truth = compare_with(marker, first);

    if (is_membership(marker->op) || compare_with(marker, last) != truth ||
        (named && compare_with(marker, named) != truth))
        return COG_UNKNOWN;
    return truth;
}

static enum cog_truth evaluate_comparison(const struct cog_marker *marker,
                                          const struct cog_environment *environment)
{
    const struct cog_operand *variable =
        marker->left.variable ? &marker->left : &marker->right;
    const char *value;

    if (cog_marker_is_list(variable->text)) {
        bool extras = strcmp(variable->text, "extras") == 0;
        return marker->left.variable
                   ? COG_UNDEFINED
                   : compare_list(marker->left.text, marker->op,
                                  extras ? environment->extras
                                         : environment->dependency_groups);
    }
    if (!cog_environment_find(environment, variable->text, &value))
        return COG_UNDEFINED; /* two literals */
    if (value)
        return compare_with(marker, value);
    bool full = strcmp(variable->text, "python_full_version") == 0;
    return full && environment->python_version
               ? compare_any_patch(marker, environment->python_version)
               : COG_UNKNOWN;
}

/* Of lists, `decisive` is what one of its kind decides. Nothing hides what has no meaning.
 */
enum cog_truth cog_marker_evaluate(const struct cog_marker *marker,
                                   const struct cog_environment *environment)
{
    enum cog_truth decisive = marker->kind == COG_ALL ? COG_FALSE : COG_TRUE;
    enum cog_truth result = marker->kind == COG_ALL ? COG_TRUE : COG_FALSE;

    if (marker->kind == COG_COMPARISON)
        return evaluate_comparison(marker, environment);
    for (const struct cog_marker *item = marker->first; item; item = item->next) {
        enum cog_truth truth = cog_marker_evaluate(item, environment);
        if (truth == COG_UNDEFINED || result == COG_UNDEFINED)
            result = COG_UNDEFINED;
        else if (truth == decisive || (truth == COG_UNKNOWN && result != decisive))
            result = truth;
    }
    return result;
}
