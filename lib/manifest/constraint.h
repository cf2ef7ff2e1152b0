/* constraint.h - Poetry's version constraints (^1.2, ~1.2, 1.2.*, >=1,<2) as PEP 440 and
 * PEP 508 say them; poetry's documentation, "Dependency specification". */
#ifndef COG_MANIFEST_CONSTRAINT_H
#define COG_MANIFEST_CONSTRAINT_H

/* The specifier, "" for any version. NULL: it is malformed, or a union (||), which PEP 440
 * cannot say. The caller frees it. */
char *cog_constraint_specifier(const char *constraint);

/* The marker that a constraint on Python amounts to, "" for any; else likewise. */
char *cog_constraint_marker(const char *constraint);

#endif
