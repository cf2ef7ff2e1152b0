/* doctor.h - what is wrong with a project, or could be better, and edits that put it right.
 *
 * A finding is an object as schemas/findings-1.json has it: rule, severity ("error",
 * "warning" or "note"), file, line, message, fix, and edits where cog can make it. An edit
 * is {file, line, text}: the line becomes that text, or goes when the text is null; line 0
 * is one more behind the last. */
#ifndef COG_DOCTOR_DOCTOR_H
#define COG_DOCTOR_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "model/project.h"

struct cog_checkup {
    const struct cog_project *project;
    const char *root;  /* the project's folder */
    const char *today; /* "2026-11-29" */
    json_t *findings;  /* array; what is found is appended */
};

/* Appends a finding and returns it, borrowed. `fix` may be NULL. */
json_t *cog_finding_add(json_t *findings, const char *severity, const char *rule,
                        struct cog_pos at, const char *message, const char *fix);

/* Adds an edit to a finding; `text` may be NULL. */
void cog_finding_edit(json_t *finding, const char *file, size_t line, const char *text);

/* Looks at the folder: what is sent to the builder for nothing, or should not be. Returns
 * 0, or -1 when the folder cannot be read. */
int cog_check_context(const struct cog_checkup *checkup, struct cog_diags *diags);

/* Looks at the facts: GPUs without need, a Python at its end, weights in git. */
void cog_check_facts(const struct cog_checkup *checkup);

/* Looks at a Python file of the project. */
void cog_check_python(const struct cog_checkup *checkup, const char *file);

/* Compares the version of this machine's NVIDIA driver with the oldest that will do, as the
 * plan in the file says. Returns 0, or -1 when that is no plan. */
int cog_check_driver(json_t *findings, const char *file, const char *driver,
                     struct cog_diags *diags);

/* Adds what other programs said on standard error, a message a line; other lines are passed
 * over. */
void cog_findings_messages(json_t *findings, const char *text);

/* Adds edits to the findings that cog can put right by itself. */
void cog_findings_fix(json_t *findings, const char *root);

/* Sorts them: errors first, then by place. */
void cog_findings_sort(json_t *findings);

/* The findings for people; the caller frees the text. */
char *cog_findings_text(const json_t *findings);

/* Makes the edits and gives what they change as a unified diff, which the caller frees.
 * NULL after a diagnostic. */
char *cog_findings_apply(const json_t *findings, const char *root, struct cog_diags *diags);

#endif
