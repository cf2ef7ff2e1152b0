/* composer_private.h - the insides of a composer, for the files of this folder. */
#ifndef COG_PLAN_COMPOSER_PRIVATE_H
#define COG_PLAN_COMPOSER_PRIVATE_H

#include "plan/composer.h"

struct cog_stage {
    enum cog_phase phase; /* COG_PHASE_COUNT: there is no such phase */
    json_t *json; /* as in the plan, but that an input may be {"auto": true}, {"phase":
                     name} or {"provided": name} */
};

struct cog_composer {
    const json_t *source;                      /* borrowed */
    const struct cog_constraints *constraints; /* borrowed; NULL: there is none */
    struct cog_stage **stages;
    size_t stage_count;
    json_t *contexts, *export, *decisions;
    json_t *packages, *package_reasons; /* of Debian, that the image is to have */
    json_t *faults; /* array of texts: what is wrong with what was added */
};

/* The member `name` of `object`, made by `make` when it is not there. Borrowed. */
json_t *cog_composer_member(json_t *object, const char *name, json_t *(*make)(void));

#endif
