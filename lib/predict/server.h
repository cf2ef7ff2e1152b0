/* server.h - talks to a model's server (the HTTP API of Cog). */
#ifndef COG_PREDICT_SERVER_H
#define COG_PREDICT_SERVER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "http/http.h"

struct cog_server {
    struct cog_http *http; /* borrowed */
    const char *url;       /* "http://127.0.0.1:5000", borrowed */
    const char *ca_text;   /* PEM, or NULL */
    const char *socket;    /* a unix socket that leads there; NULL: TCP */
    bool attached;         /* `http` follows an answer that ends when the server does */
    bool show_logs;        /* logs of setup and predictions go to stderr */
    bool training;         /* what is sent are trainings */
    bool logs_shown;       /* those of setup are on stderr already */
    long timeout_ms;       /* of a prediction; 0: none */
};

enum { COG_SERVER_MAX_ANSWER = 1 << 30 }; /* bytes: outputs hold files */

/* What cog_server_wait() and cog_server_predict() return. */
enum cog_server_result {
    COG_SERVER_OK = 0,
    COG_SERVER_REPORTED = -1, /* after diagnostics that say all */
    COG_SERVER_SILENT = 1, /* after a diagnostic that only the server's own log explains */
    /* or COG_EXIT_INTERRUPTED */
};

/* Waits until the model's setup is done, at most `seconds`; at most five for a server that
 * is not attached and gives no answer at all. predict.setup (COG_ERROR, after
 * the setup's logs), predict.exited, predict.timeout (COG_ERROR when attached). */
int cog_server_wait(const struct cog_server *server, long seconds, struct cog_diags *diags);

/* The model's OpenAPI document, a new reference; NULL after predict.schema. */
json_t *cog_server_openapi(const struct cog_server *server, struct cog_diags *diags);

/* Where a request goes: the URL of the predictions, or of the one called `id` (or NULL).
 * The caller frees it. */
char *cog_server_url(const struct cog_server *server, const char *id);

/* What is to be made of the answer to a request, or of its absence: `result` is a
 * cog_http_result. Otherwise as cog_server_predict(). */
int cog_server_judge(const struct cog_server *server, int result,
                     const struct cog_http_response *response, json_t **prediction,
                     struct cog_diags *diags);

/* Why the server refused a request (422, 413), in one line. The caller frees it. */
char *cog_server_refusal(const struct cog_http_response *response);

/* Sends a request and waits for its end. `*prediction` is a new reference to
 * what the server answers, also when the prediction failed. predict.input.refused
 * (COG_ERROR, the server's 422), predict.unavailable, predict.answer, predict.exited,
 * predict.timeout. */
int cog_server_predict(const struct cog_server *server, const json_t *request,
                       json_t **prediction, struct cog_diags *diags);

#endif
