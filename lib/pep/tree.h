/* tree.h - a marker as it is kept; for the files of marker.h only. */
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
    const char *op;                  /* of a comparison, as written */
    struct cog_marker *first, *next; /* what a list holds, two at least; its neighbour */
};

/* Frees `marker` and those after it. */
void cog_marker_free_all(struct cog_marker *marker);

/* Whether it is extras or dependency_groups. */
bool cog_operand_is_list(const struct cog_operand *operand);

#endif
