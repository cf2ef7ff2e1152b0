/* graph.h - the vertices of a build and BuildKit's bytes for them.
 *
 * A vertex is a marshalled Op; its digest is that of its bytes. The bytes are canonical, as
 * Go's deterministic marshaller writes them (fields by number, but members of Op's oneof
 * last; maps sorted by key), because BuildKit from 0.18 on marshals every Op again and
 * names it by what comes out. */
#ifndef COG_LLB_GRAPH_H
#define COG_LLB_GRAPH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "llb.pb-c.h"

/* What is said of a vertex beside its Op. */
struct cog_vertex_info {
    const char *name;    /* for progress */
    const char *command; /* that it runs, where its name does not say it; or NULL */
    const char *stage;   /* the stage it belongs to, or NULL */
    const json_t *why;   /* array of {rule, at, subject}, or NULL */
    const json_t
        *caps; /* array, sorted: an engine without one refuses the build; NULL: none */
    bool ignore_cache;
};

struct cog_graph;

struct cog_graph *cog_graph_new(void);
void cog_graph_free(struct cog_graph *graph);

/* Adds a vertex, or finds the equal one that is there. Returns its digest, borrowed from
 * the graph. */
const char *cog_graph_add(struct cog_graph *graph, const Cog__Llb__Op *op,
                          const struct cog_vertex_info *info);

/* Marshals a Definition whose result is the vertex `digest`. The caller frees the bytes. */
unsigned char *cog_graph_definition(const struct cog_graph *graph, const char *digest,
                                    size_t *size);

/* The member `vertices` of cog/build-1: digest -> {stage, name, command, why}. A new
 * reference. */
json_t *cog_graph_vertices(const struct cog_graph *graph);

/* A vertex as it was added; borrowed from the graph. */
struct cog_vertex {
    const char *digest, *name, *stage; /* stage: NULL for a source */
    const unsigned char *bytes;        /* the marshalled Op */
    size_t size;
};

/* Fills `vertex` with the one at `index`, in the order of adding. Returns whether there is
 * one. */
bool cog_graph_vertex(const struct cog_graph *graph, size_t index,
                      struct cog_vertex *vertex);

#endif
