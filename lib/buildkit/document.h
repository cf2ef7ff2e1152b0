/* document.h - the documents of a build: cog/build-1 going in, cog/image-1 coming out. */
#ifndef COG_BUILDKIT_DOCUMENT_H
#define COG_BUILDKIT_DOCUMENT_H

#include <jansson.h>

#include "buildkit/build.h"

/* Fills in what a build document says. `request` borrows from `build` and from the result,
 * the decoded definition, which the caller frees; NULL after build.definition: it is not
 * base64, or not the one that the document's `digest` is of. */
void *cog_build_request_load(struct cog_build_request *request, const json_t *build,
                             struct cog_diags *diags);

/* Normalises image names ("demo" -> "docker.io/library/demo:latest"). Returns a new array,
 * or NULL after build.tag for a name that is none. */
json_t *cog_image_tags(const json_t *tags, struct cog_diags *diags);

/* The document, made from the build document, the normalised tags, and what came of it:
 * without tags where no image came of it. A new reference. */
json_t *cog_image_document(const json_t *build, json_t *tags,
                           const struct cog_built *built);

#endif
