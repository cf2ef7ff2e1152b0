/* fleet.h - which of several builders builds.
 *
 * Rendezvous hashing (Thaler and Ravishankar, 1998): for a key each builder has a weight,
 * the digest of the key and its address, and the heaviest that answers builds. Builds with
 * the same key meet at one builder, whose cache then has what they share, without anybody
 * who keeps count; a builder that comes or goes moves only what it gets or had. */
#ifndef COG_SUBMIT_FLEET_H
#define COG_SUBMIT_FLEET_H

#include "cli/builder.h"

/* Fills `order`, which has room for all, with the places of the builders, the heaviest for
 * `key` first. */
void cog_fleet_order(const struct cog_builders *fleet, const char *key, size_t *order);

/* Chooses among the builders that are given. Only when there are several is it asked
 * whether one answers; one that does not is passed over with the warning
 * engine.unreachable. Returns 0; COG_EXIT_INTERRUPTED; or -1 after engine.unreachable,
 * engine.endpoint or engine.context. To be released in any case. */
int cog_fleet_choose(struct cog_builder *builder, const struct cog_builder_options *options,
                     const char *key, struct cog_diags *diags);

#endif
