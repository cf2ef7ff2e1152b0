/* resolver.h - what the files of this folder share while a project is resolved. */
#ifndef COG_VERSIONS_RESOLVER_H
#define COG_VERSIONS_RESOLVER_H

#include <stdbool.h>

#include "versions/compare.h"
#include "versions/resolution.h"

struct cog_resolver {
    const struct cog_project *project;
    const struct cog_base *given; /* the user's image, or NULL */
    const struct cog_tables *data;
    struct cog_resolution *resolution;
    struct cog_diags *diags;
    const char *cuda, *cudnn; /* of cog.yaml, for GPUs alone; NULL: not set */
    struct cog_pos gpu_at, cuda_at, cudnn_at;
    int result;
};

/* A row of a table: its cells by column. */
typedef const char *const *cog_row;

/* The frameworks, in this order; system: what needs CUDA that no wheel brings. */
void cog_resolver_torch(struct cog_resolver *r);
void cog_resolver_tensorflow(struct cog_resolver *r);
void cog_resolver_system(struct cog_resolver *r);

/* What compiles CUDA code, and where it gets the compiler from. */
void cog_resolver_find_builds(struct cog_resolver *r);
void cog_resolver_choose_toolkit(struct cog_resolver *r);

/* Where no image has both the CUDA that the system is to have and a Python for the project:
 * takes CUDA as packages, what compiles as what the toolkit is for. */
void cog_resolver_cuda_packages(struct cog_resolver *r);

/* The newest Debian whose compiler and C library all versions of CUDA take: 12.8 and older
 * refuse those of Debian 13. */
extern const char cog_resolver_cuda_suite[];

/* The Ubuntu whose programs and packages of NVIDIA's run there: its C library is older. */
extern const char cog_resolver_cuda_ubuntu[];

/* NVIDIA's packages in build.system_packages; for cog_resolver_system(). */
void cog_resolver_nvidia(struct cog_resolver *r);

/* The release of Debian, when what the image has of CUDA is known. */
void cog_resolver_suite(struct cog_resolver *r);

/* The image to begin with, when all that it needs to hold is known. */
void cog_resolver_base(struct cog_resolver *r);

/* Notes what takes CUDA from the image; plan.cuda-conflict if it cannot be the same CUDA as
 * that of what was noted before. `system->need` is by the versions of cog.yaml, if those
 * are set. */
void cog_resolver_need(struct cog_resolver *r, const struct cog_system *system);

/* Whether the project needs torch, torchvision or torchaudio. */
bool cog_resolver_has_torch(const struct cog_resolver *r);

/* Records a choice (`value` is stolen), and what lost against it. */
void cog_resolver_choose_take(struct cog_resolver *r, enum cog_choice_kind kind,
                              char *value, const char *rule, struct cog_pos at);
void cog_resolver_reject(struct cog_resolver *r, enum cog_choice_kind kind,
                         const char *value, const char *rule, struct cog_pos at);

/* That a package has wheels only for the Pythons from `oldest` to `newest`. */
void cog_resolver_python(struct cog_resolver *r, const char *package, const char *version,
                         const char *oldest, const char *newest, struct cog_pos at);

/* "12.4" of "cu124", "12" of "cu12"; the caller frees it. NULL: it names no version. */
char *cog_cuda_version(const char *accelerator);

/* "cu124" of "12.4" and "12.4.1"; the caller frees it. */
char *cog_cuda_build(const char *version);

/* The first row that has the version in `column`, or NULL. */
cog_row cog_find_row(const struct cog_table *table, size_t column, const char *version);

#endif
