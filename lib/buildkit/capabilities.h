/* capabilities.h - asks an engine what its BuildKit can do. */
#ifndef COG_BUILDKIT_CAPABILITIES_H
#define COG_BUILDKIT_CAPABILITIES_H

#include <jansson.h>

#include "base/diag.h"
#include "buildkit/client.h"

/* Sets `*doc` to a document cog/engine-1, a new reference. Returns 0; COG_EXIT_INTERRUPTED;
 * or -1 after engine.unreachable, engine.refused, engine.lost or engine.build. */
int cog_capabilities_ask(const struct cog_builder *builder, json_t **doc,
                         struct cog_diags *diags);

/* Whether the engine can do `id`, such as "exporter.multiple"; false, too, when it does not
 * say. */
bool cog_capabilities_has(struct cog_client *client, const char *id);

#endif
