/* push.h - has a Docker Engine push an image of its store. */
#ifndef COG_DOCKER_PUSH_H
#define COG_DOCKER_PUSH_H

#include "docker/engine.h"
#include "docker/push_report.h"

/* Who the registry is to be told that asks; NULL: nobody. An empty `user`: `secret` is an
 * identity token. */
struct cog_push_login {
    const char *host, *user, *secret;
};

/* Pushes `name`, "HOST/PATH:TAG", and has `report` tell of it. Returns 0 with the digest of
 * the manifest in `*digest`, which the caller frees; -1 after engine.push,
 * engine.unreachable, or when interrupted. */
int cog_engine_push(const struct cog_engine *engine, const char *name,
                    const struct cog_push_login *login, struct cog_push_report *report,
                    char **digest, struct cog_diags *diags);

#endif
