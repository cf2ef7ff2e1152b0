/* diag.h - diagnostics: what is wrong, where it stands, and how bad it is.
 *
 * The only way to stderr. A diagnostic is printed as
 *     cog.yaml:4:7: error: message [area.problem]
 * or, with JSON, as one object a line. Codes are contract; wording is not. Diagnostics are
 * collected and printed by cog_diags_flush(), as they were reported, neighbours of
 * one file by their lines. */
#ifndef COG_BASE_DIAG_H
#define COG_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* A place in a source text. Lines and columns count from 1, columns in code points; 0:
 * unknown. `file` is borrowed; NULL: no place, the program's name is printed instead. */
struct cog_pos {
    const char *file;
    unsigned line, column;
};

enum cog_severity {
    COG_WARNING,
    COG_ERROR,   /* the user's: exit status 1 */
    COG_FAILURE, /* the machine's: exit status 3; printed as an error */
};

struct cog_diag; /* one diagnostic, rendered */

struct cog_diags {
    const char *program; /* borrowed */
    bool json;
    struct cog_diag *items;
    size_t count;
    unsigned errors;   /* of severity COG_ERROR and COG_FAILURE, flushed ones included */
    unsigned failures; /* of severity COG_FAILURE */
};

void cog_diags_init(struct cog_diags *diags, const char *program);
void cog_diags_release(struct cog_diags *diags);

/* Appends to `diags`. Returns -1 for COG_ERROR and COG_FAILURE, else 0, so that a failing
 * function can end with `return cog_report(…)`. `code` is area.problem, a string literal.
 * Place and message become one line each that no terminal acts upon (printable.h): they
 * hold text of projects, engines and registries. */
int cog_report(struct cog_diags *diags, enum cog_severity severity, struct cog_pos at,
               const char *code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds to the last diagnostic what a program said that it tells of: `lines`, with newlines
 * between them. They are printed below it, indented; in JSON they are its member "output".
 */
void cog_diags_quote(struct cog_diags *diags, const char *lines);

/* The messages that were collected, with "; " between them. The caller frees it. */
char *cog_diags_messages(const struct cog_diags *diags);

/* Writes what was collected to stderr and forgets it; the counts stay. */
void cog_diags_flush(struct cog_diags *diags);

/* Writes text of another's that belongs on stderr (progress, the output of a build step, a
 * container's log) after flushing. Nothing is added. */
void cog_diags_text(struct cog_diags *diags, const char *text, size_t size);

/* The same without flushing: what is drawn again in place may not have a message in it. */
void cog_diags_draw(const char *text, size_t size);

/* The exit status that the counts call for: 0, 1 or 3. */
int cog_diags_status(const struct cog_diags *diags);

#endif
