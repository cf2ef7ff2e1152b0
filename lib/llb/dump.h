/* dump.h - a graph told for people and for tools that do not read protobuf. */
#ifndef COG_LLB_DUMP_H
#define COG_LLB_DUMP_H

#include <jansson.h>

#include "llb/graph.h"

/* The graph in Graphviz's language; the caller frees it. */
char *cog_dump_dot(const struct cog_graph *graph);

/* Every vertex in the order in which it is made: {digest, name, stage, op}, where `op` has
 * the members of BuildKit's pb.Op by their names, without those that have their default
 * value. A new reference to an array. */
json_t *cog_dump_json(const struct cog_graph *graph);

/* How many vertices of which kind there are, in all and by stage, and their bytes. A new
 * reference. */
json_t *cog_dump_stats(const struct cog_graph *graph);

#endif
