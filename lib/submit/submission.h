/* submission.h - the options of cog-submit. */
#ifndef COG_SUBMIT_SUBMISSION_H
#define COG_SUBMIT_SUBMISSION_H

#include "cli/builder.h"
#include "cli/program.h"
#include "submit/inputs.h"
#include "submit/outputs.h"

struct cog_submission {
    const char *default_tag;
    struct cog_builder_options builder;
    int progress; /* enum cog_progress_mode */
    json_t *tags; /* none: those of the document */
    bool capabilities, timings, check;
    struct cog_submit_inputs offer;
    struct cog_build_inputs inputs;
    struct cog_outputs outputs;
};

extern const struct cog_option cog_submission_options[];

/* A cog_program's `option`; the state is a submission. */
int cog_submission_option(void *state, int letter, const char *value,
                          struct cog_diags *diags);

/* Whether the addresses of engines are right. Returns 0, or -1 after engine.endpoint. */
int cog_submission_check(const struct cog_submission *submission, struct cog_diags *diags);

/* Chooses the engine that is to build `doc`: among several by what that builds upon. NULL:
 * nothing is built, and only one can be given. Returns as cog_fleet_choose(). */
int cog_submission_choose(const struct cog_submission *submission, const json_t *doc,
                          struct cog_builder *builder, struct cog_diags *diags);

void cog_submission_init(struct cog_submission *submission);
void cog_submission_release(struct cog_submission *submission);

#endif
