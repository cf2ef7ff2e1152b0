/* lowering.h - the insides of lowering, for the files of this folder. */
#ifndef COG_LLB_LOWERING_H
#define COG_LLB_LOWERING_H

#include "llb/lower.h"

/* Timestamp of what has none of its own, in nanoseconds: 1980-01-01, the oldest that zip
 * can hold. */
#define COG_EPOCH_NS (315532800LL * 1000000000LL)

struct cog_lowering {
    const struct cog_plan *plan;
    const struct cog_lower_options *options;
    struct cog_lowered *out;
    struct cog_diags *diags;
    struct cog_state *states; /* by stage */
    bool *needed;             /* by stage */
    int result; /* -1 after a fault that does not keep others from being told */
};

/* The operation being lowered. */
struct cog_lower_step {
    const struct cog_plan_stage *stage;
    const struct cog_plan_operation *operation;
    char *name;          /* for progress and messages */
    char *command;       /* of a step that its name does not say; or NULL */
    const char *pointer; /* JSON Pointer */
};

/* The strings of an array, borrowed from it, as protobuf-c wants them. The caller frees the
 * result. */
char **cog_strings_of(const json_t *array);

/* The inputs of an Op, each vertex once. */
struct cog_op_inputs {
    Cog__Llb__Input *items, **pointers;
    size_t count;
};

/* The index of `digest` among the inputs, added when it is new; -1 for NULL. The digest is
 * borrowed. */
int64_t cog_op_inputs_add(struct cog_op_inputs *inputs, const char *digest);
void cog_op_inputs_set(struct cog_op_inputs *inputs, Cog__Llb__Op *op);
void cog_op_inputs_release(struct cog_op_inputs *inputs);

/* Adds to the secrets or agents that the client must give; one that is required anywhere is
 * required. */
void cog_lower_ask(json_t *ids, const char *id, bool required);

/* The files of an input: sets `*digest` (NULL: none). Returns 0, or -1 after a diagnostic.
 */
int cog_lower_input(struct cog_lowering *l, const struct cog_plan_input *input,
                    const char *pointer, const char **digest);

/* Adds the vertex of one operation of that kind and moves `state` on. Returns 0, or -1
 * after a diagnostic. */
int cog_lower_exec(struct cog_lowering *l, struct cog_state *state,
                   const struct cog_lower_step *step);
int cog_lower_file(struct cog_lowering *l, struct cog_state *state,
                   const struct cog_lower_step *step);

/* Adds the vertex of a source. */
const char *cog_lower_image(struct cog_lowering *l, const char *name, const char *pointer);

/* What every vertex of a step is described by. `caps`: see struct cog_vertex_info. */
struct cog_vertex_info cog_lower_step_info(const struct cog_lowering *l,
                                           const struct cog_lower_step *step,
                                           const json_t *caps);

/* Checks that the engine, when it is known, has what a step needs; else reports llb.engine.
 */
void cog_lower_step_check(struct cog_lowering *l, const struct cog_lower_step *step,
                          const json_t *caps);

#endif
