/* doc.h - JSON documents: read with caps, looked up by JSON Pointer, written whole or not
 * at all.
 *
 * A document is a JSON object whose member `schema` is "cog/NAME-MAJOR". Positions of its
 * parts in the user's files travel in its member `source`:
 *     {"file": "cog.yaml", "positions": {"/build/gpu": [4, 7]}}
 * where the pointers are relative to the configuration. */
#ifndef COG_BASE_DOC_H
#define COG_BASE_DOC_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "base/diag.h"

enum {
    COG_DOC_MAX_BYTES = 64 << 20,
    COG_DOC_MAX_DEPTH = 64,
};

/* Reads `stream` to its end. Returns a NUL-terminated buffer of `*size` bytes that the
 * caller frees, or NULL after a diagnostic: doc.size (more than `limit` bytes),
 * machine.read. `name` is for messages. */
char *cog_read_all(FILE *stream, const char *name, size_t limit, size_t *size,
                   struct cog_diags *diags);

/* Reads a regular file likewise; additionally file.missing, file.unreadable (the user's
 * faults). Pipes and devices are refused at once. */
char *cog_read_file(const char *path, size_t limit, size_t *size, struct cog_diags *diags);

/* The same for a file that is named on a command line, which may be a pipe: <(COMMAND). */
char *cog_read_operand(const char *path, size_t limit, size_t *size,
                       struct cog_diags *diags);

/* Parses one JSON object. Refused with doc.syntax, at line and column of `name`: anything
 * that is not JSON, duplicate members, nesting over COG_DOC_MAX_DEPTH, a top that is not an
 * object. Returns a new reference or NULL. */
json_t *cog_doc_parse(const char *text, size_t size, const char *name,
                      struct cog_diags *diags);

/* Checks the member `schema` against "cog/NAME-MAJOR"; doc.schema. Returns 0 or -1. */
int cog_doc_expect(const json_t *doc, const char *schema, const char *name,
                   struct cog_diags *diags);

/* The member of an object, borrowed; NULL: there is none, or it is no string. */
const char *cog_member_text(const json_t *object, const char *member);

/* The canonical text: sorted members, no spaces, one trailing newline. The caller frees it.
 */
char *cog_doc_text(const json_t *doc);

/* The same, indented, for files that people read and git compares. */
char *cog_doc_pretty(const json_t *doc);

/* Writes all of it or fails with machine.write; returns 0 or -1. `name` is for the message.
 */
int cog_write_all(FILE *stream, const char *name, const void *bytes, size_t size,
                  struct cog_diags *diags);

/* Replaces the file at `path` in one step (temporary file, fsync, rename), so that it is
 * never seen half written; it keeps the permissions that it has, and gets 0644 when it is
 * new. machine.write on failure; returns 0 or -1. */
int cog_replace_file(const char *path, const void *bytes, size_t size,
                     struct cog_diags *diags);

/* The same for a file that only its owner may read. */
int cog_replace_private_file(const char *path, const void *bytes, size_t size,
                             struct cog_diags *diags);

/* Where the part of the configuration at `pointer` ("/build/gpu") stands, by the document's
 * `source`; the nearest enclosing part that has a position. `file` of the result is
 * borrowed from `doc`. */
struct cog_pos cog_doc_at(const json_t *doc, const char *pointer);

/* "cog.yaml:4:7", "requirements.txt:3", "cog.yaml"; the caller frees it. */
char *cog_pos_text(struct cog_pos at);

/* The reverse. `file` of the result is a copy that the caller frees. */
struct cog_pos cog_pos_parse(const char *text, char **file);

/* {"file", "line", "column"}, without what is unknown: the origin of a fact. A new
 * reference. */
json_t *cog_pos_json(struct cog_pos at);

/* The origin of a fact that has one; `file` is borrowed from it. */
struct cog_pos cog_member_origin(const json_t *fact);

/* Appends "/member" to a JSON Pointer with ~ and / escaped (RFC 6901); the caller frees it.
 */
char *cog_pointer_member(const char *pointer, const char *member);
char *cog_pointer_index(const char *pointer, size_t index);

#endif
