/* doctor.h - what is wrong with a project, or could be better, and edits that put it right.
 *
 * A finding is an object as schemas/findings-1.json has it: rule, severity ("error",
 * "warning" or "note"), file, line, message, fix, and edits where cog can make it. An edit
 * is {file, line, text}: the line becomes that text, or goes when the text is null; line 0
 * is one more behind the last. Or it is {file, to}: the file is renamed. */
#ifndef COG_DOCTOR_DOCTOR_H
#define COG_DOCTOR_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "model/project.h"

struct cog_checkup {
    const struct cog_project *project; /* NULL: there is none */
    const char *root;                  /* the project's folder */
    const char *today;                 /* "2026-11-29" */
    const char *driver, *capability; /* of this machine's GPU, "535.104", "9.0"; or NULL */
    json_t *findings;                /* array; what is found is appended */
    bool predict_is_used;            /* a file names predict.py, or imports it */
};

/* Appends a finding and returns it, borrowed. `fix` may be NULL. */
json_t *cog_finding_add(json_t *findings, const char *severity, const char *rule,
                        struct cog_pos at, const char *message, const char *fix);

/* Adds an edit to a finding; `text` may be NULL. */
void cog_finding_edit(json_t *finding, const char *file, size_t line, const char *text);

/* Adds the edit that renames a file. */
void cog_finding_rename(json_t *finding, const char *file, const char *to);

/* Looks at the folder: what is sent to the builder for nothing, or should not be, and at
 * each Python file. Returns 0, or -1 when the folder cannot be read. */
int cog_check_context(struct cog_checkup *checkup, struct cog_diags *diags);

/* Looks at the facts: GPUs without need, a Python at its end, weights in git. */
void cog_check_facts(const struct cog_checkup *checkup);

/* Looks at a Python file of the project. */
void cog_check_python(struct cog_checkup *checkup, const char *file);

/* Sets `predict_is_used` by a line of a file. */
void cog_check_use(struct cog_checkup *checkup, const char *line);

/* Adds edits that make a runner of the predictor that `reference`, "predict.py:Predictor",
 * names; none where its text does not tell enough. Says whether predict.py becomes run.py:
 * not when it is used otherwise, or when cog.yaml pins the cog package. */
bool cog_migrate(json_t *finding, const struct cog_checkup *checkup, const char *reference);

/* Replaces each `word` that stands by itself. Takes `text`, and gives what the caller
 * frees.
 */
char *cog_word_replace(char *text, const char *word, const char *with);

/* Looks at the requirements, as far as a later build may install others, and at variables
 * that mislead the installers. */
void cog_check_requirements(const struct cog_checkup *checkup);

/* Looks at the plan in the file: whether this machine's GPU and driver can run it, and
 * whether a base image is at its end. Returns 0, or -1 when that is no plan. */
int cog_check_plan(const struct cog_checkup *checkup, const char *file,
                   struct cog_diags *diags);

/* Adds what other programs said on standard error, a message a line; other lines are passed
 * over. */
void cog_findings_messages(json_t *findings, const char *text);

/* Adds edits to the findings that cog can put right by itself. */
void cog_findings_fix(struct cog_checkup *checkup);

/* Sorts them: errors first, then by place. */
void cog_findings_sort(json_t *findings);

/* The findings for people; the caller frees the text. */
char *cog_findings_text(const json_t *findings);

/* Makes the edits and gives what they change as a unified diff, which the caller frees.
 * NULL after a diagnostic: doctor.exists when a file would be renamed to one that is there,
 * and nothing is edited then. */
char *cog_findings_apply(const json_t *findings, const char *root, struct cog_diags *diags);

#endif
