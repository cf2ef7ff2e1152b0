/* binding.h - ties a definition to the session that has its folders, and to the proxies of
 * the machine that builds.
 *
 * Steps with equal bytes are one step to an engine, also when they belong to builds that
 * run at the same time for different people. The definitions of cog-llb say nothing of the
 * place they are built at, so "the folder `source`" of one project would be that of
 * another. The attribute local.session makes the difference (moby/buildkit source/local;
 * Docker's own Dockerfile frontend sets it likewise). It changes the digest of the step,
 * and so those of all steps that use it.
 *
 * Proxies are in the ProxyEnv of commands that have a network, which is no part of a step's
 * cache key and not of the image (moby/buildkit solver/pb Meta). They may have passwords,
 * so no document has them. */
#ifndef COG_BUILDKIT_BINDING_H
#define COG_BUILDKIT_BINDING_H

#include <jansson.h>
#include <stddef.h>

/* What to bind to; borrowed. */
struct cog_binding {
    const char *session;
    const json_t *proxies; /* "http_proxy" -> URL and its kin; may be NULL */
};

/* Returns the bound definition of `*bound_size` bytes, which the caller frees, or NULL when
 * `definition` is no pb.Definition whose steps stand behind those that they use. `vertices`
 * (digest -> object; may be NULL) gives `*bound_vertices`, a new reference with the new
 * digests, in which each has a member more: "kind", one of "exec", "source" (an image, a
 * repository, a URL), "local" (a folder of the session) and "file". */
void *cog_binding_make(const void *definition, size_t size, const struct cog_binding *to,
                       const json_t *vertices, size_t *bound_size, json_t **bound_vertices);

#endif
