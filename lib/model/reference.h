/* reference.h - names of images: "python:3.13-slim", "localhost:5000/a/b@sha256:…".
 *
 * The grammar and the defaults are those of the distribution project (reference/regexp.go,
 * reference/normalize.go): no domain means docker.io, where a name of one part is below
 * library/, and no tag means "latest" unless there is a digest. Only sha256 digests are
 * taken. */
#ifndef COG_MODEL_REFERENCE_H
#define COG_MODEL_REFERENCE_H

#include <stdbool.h>

/* Whether `text` is "sha256:" and 64 lower-case hex digits. */
bool cog_is_digest(const char *text);

/* A normalised name; all members belong to the struct. */
struct cog_reference {
    char *domain; /* "docker.io", "localhost:5000" */
    char *path;   /* "library/python" */
    char *tag;    /* "latest"; NULL when only a digest was given */
    char *digest; /* "sha256:…" or NULL */
};

/* Returns 0, or -1 with `*reason` naming what is wrong, in static storage ("the tag …");
 * the struct is then empty. */
int cog_reference_parse(struct cog_reference *ref, const char *text, const char **reason);
void cog_reference_release(struct cog_reference *ref);

/* As people write it: "python:3.13-slim". The caller frees it. */
char *cog_reference_familiar(const struct cog_reference *ref);

/* With nothing left out: "docker.io/library/python:3.13-slim". The caller frees it. */
char *cog_reference_full(const struct cog_reference *ref);

#endif
