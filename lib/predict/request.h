/* request.h - the prediction requests of one run of the program, from stdin, from JSON on
 * the command line or from NAME=VALUE texts. */
#ifndef COG_PREDICT_REQUEST_H
#define COG_PREDICT_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct cog_requests {
    json_t *list;    /* requests (schemas/request-1.json); owned */
    json_t *texts;   /* name -> array of texts, or NULL; owned */
    bool read_files; /* "@PATH" in `list` stands for a file */
};

void cog_requests_release(struct cog_requests *requests);

/* Adds a text "NAME=VALUE"; a name may come again. Returns 0, or -1 after usage.input. */
int cog_requests_add_text(struct cog_requests *requests, const char *text,
                          struct cog_diags *diags);

/* Takes the inputs of one request as JSON: `text` itself, "@PATH" or "-" for stdin. Returns
 * 0, or -1 after doc.syntax, file.missing, … */
int cog_requests_add_json(struct cog_requests *requests, const char *text,
                          struct cog_diags *diags);

/* Takes one request as text, which came from stdin. Returns 0, or -1 after doc.syntax or
 * the diagnostics of the schema. */
int cog_requests_add_object(struct cog_requests *requests, const char *text, size_t size,
                            struct cog_diags *diags);

/* Reads requests from stdin, one or several one after the other. Returns 0, -1 after
 * diagnostics, or COG_EXIT_NO_INPUT when there is nothing. */
int cog_requests_read(struct cog_requests *requests, struct cog_diags *diags);

/* Makes `list` ready to be sent: texts become values, files are read; with `openapi` all
 * inputs are checked. Call it once. Returns 0, or -1 after the diagnostics of coercion.h
 * and inputs.h. */
int cog_requests_complete(struct cog_requests *requests, const json_t *openapi,
                          struct cog_diags *diags);

/* One request that came as text: parsed, its files read, and with `openapi` checked. A new
 * reference; NULL, or an error in `diags`, when it is wrong. */
json_t *cog_request_parse(const char *text, size_t size, const json_t *openapi,
                          struct cog_diags *diags);

/* Adds the members of `context` to the request's; either may be NULL. */
void cog_request_set_context(json_t *request, const json_t *context);

#endif
