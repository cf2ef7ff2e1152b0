/* torch.h - what is known of the torch of a project, for the torch files of this folder. */
#ifndef COG_VERSIONS_TORCH_H
#define COG_VERSIONS_TORCH_H

#include "versions/resolver.h"

/* torch and those each of whose versions is made for one of torch. */
enum { COG_TORCH_FAMILY = 3 };

struct cog_torch_member {
    const char *name;
    size_t column; /* of the table of torch */
};

extern const struct cog_torch_member cog_torch_family[COG_TORCH_FAMILY];

struct cog_torch {
    struct cog_framework members[COG_TORCH_FAMILY];
    bool present[COG_TORCH_FAMILY];
    size_t lead; /* the member that says which row it is */
    cog_row row;
    bool exact;                          /* the row is that of the lead's own version */
    const struct cog_evidence *evidence; /* of the build; NULL: there is none */
};

/* What tells most strongly which build is meant, or NULL. */
const struct cog_evidence *cog_torch_evidence(const struct cog_project *project);

bool cog_torch_has_build(cog_row row, const char *build);

/* Chooses the accelerator, for GPUs. */
void cog_torch_choose_build(struct cog_resolver *r, const struct cog_torch *t);

/* Adds the index that has the build, where the user has named none. */
void cog_torch_choose_index(struct cog_resolver *r, const struct cog_torch *t);

#endif
