/* engine.h - the Docker Engine's HTTP API (docs.docker.com/reference/api/engine), version
 * 1.41 (Docker 20.10) and later; paths carry no version, so the engine answers with its
 * own. */
#ifndef COG_DOCKER_ENGINE_H
#define COG_DOCKER_ENGINE_H

#include <jansson.h>

#include "base/diag.h"
#include "docker/endpoint.h"
#include "http/http.h"

/* Both are borrowed and live as long as the engine is used. */
struct cog_engine {
    struct cog_http *http;
    const struct cog_endpoint *endpoint;
    enum cog_severity absence; /* how bad it is when none answers */
};

struct cog_engine_answer {
    long status;
    json_t *body;  /* NULL when it is not JSON */
    char *message; /* what the engine says about a failure, or "" */
};

/* What the engine answered. To be released. */
void cog_engine_answer_read(struct cog_engine_answer *answer,
                            const struct cog_http_response *response);
void cog_engine_answer_release(struct cog_engine_answer *answer);

/* Calls `method` `path`, with `body` as JSON unless it is NULL. Returns a cog_http_result:
 * COG_HTTP_OK for an answer of any status, COG_HTTP_FAILED after the diagnostic
 * engine.unreachable (of severity `absence`) or engine.bare, COG_HTTP_INTERRUPTED. `answer`
 * is to be released in any case. */
int cog_engine_call(const struct cog_engine *engine, const char *method, const char *path,
                    const json_t *body, struct cog_engine_answer *answer,
                    struct cog_diags *diags);

/* Whether it answers. Returns 0, or -1 after engine.unreachable or when interrupted. */
int cog_engine_ping(const struct cog_engine *engine, struct cog_diags *diags);

/* The request for `path` on the engine, without method and body. `*url` backs it and is the
 * caller's to free. */
struct cog_http_request cog_engine_request(const struct cog_engine *engine,
                                           const char *path, char **url);

#endif
