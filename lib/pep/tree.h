/* tree.h - a marker as it is kept; for marker.c and truth.c only. */
#ifndef COG_PEP_TREE_H
#define COG_PEP_TREE_H

#include <stdbool.h>

#include "pep/marker.h"

struct cog_operand {
    bool variable; /* else a literal */
    char *text;
};

enum cog_marker_kind { COG_COMPARISON, COG_ALL, COG_ANY };

struct cog_marker {
    enum cog_marker_kind kind;
    bool group; /* in parentheses; never a comparison */
    struct cog_operand left, right;
    char op[8];                      /* of a comparison, as "not in" */
    struct cog_marker *first, *next; /* what a list holds, two at least; its neighbour */
};

/* Whether the variable `name` is a list: extras or dependency_groups. */
bool cog_marker_is_list(const char *name);

#endif
