/* outputs.h - what becomes of a build, by options: where exporters write on this machine,
 * and what is told of the result. */
#ifndef COG_SUBMIT_OUTPUTS_H
#define COG_SUBMIT_OUTPUTS_H

#include "buildkit/build.h"
#include "buildkit/builder.h"
#include "buildkit/load.h"

/* An output of this machine: a file, standard output, or a Docker Engine. */
struct cog_target {
    int fd;        /* -1: none */
    char *path;    /* of the file, and */
    char *partial; /* of what is written, until it is whole; NULL: `path` itself */
    struct cog_load load;
    struct cog_diags *diags;
};

struct cog_outputs {
    json_t *list; /* of cog_output_parse() */
    json_t *cache_from, *cache_to, *attestations;
    bool nothing; /* no image: type=cacheonly */
    const char *id_file, *metadata_file, *document;
    struct cog_sink *sinks; /* as many as `list` has, and so the targets */
    struct cog_target *targets;
    struct cog_store *stores;  /* folders of caches */
    struct cog_builder docker; /* for images to be loaded */
};

void cog_outputs_init(struct cog_outputs *outputs);
void cog_outputs_release(struct cog_outputs *outputs);

/* Take an option, each: `option` is its name. Return 0, or -1 after usage.option. */
int cog_outputs_add(struct cog_outputs *outputs, const char *value, const char *option,
                    struct cog_diags *diags);
int cog_outputs_add_cache(json_t *caches, const char *value, const char *option,
                          struct cog_diags *diags);

/* Adds an attestation, "provenance" or "sbom", with its attributes or NULL. */
int cog_outputs_attest(struct cog_outputs *outputs, const char *type, const char *value);

/* Whether the document cannot go to standard output, which an output has. */
bool cog_outputs_use_stdout(const struct cog_outputs *outputs);

/* Whether one of them goes to a registry. */
bool cog_outputs_push(const struct cog_outputs *outputs);

/* The names that are pushed to registries: those of an output, or `tags`. A new array. */
json_t *cog_outputs_pushed(const struct cog_outputs *outputs, const json_t *tags);

/* The registries' images of the outputs and caches, for which credentials are needed, added
 * to an array. */
void cog_outputs_images(const struct cog_outputs *outputs, const json_t *tags,
                        json_t *images);

/* Opens the targets and tells the session of them. Returns 0, or -1 after output.write or
 * usage.option. */
int cog_outputs_open(struct cog_outputs *outputs, struct cog_session *session,
                     struct cog_diags *diags);

/* With the build done well, gives the files their names, and writes those of --iidfile and
 * --metadata-file. Returns 0, or -1 after output.write. Not called: nothing is left. */
int cog_outputs_finish(struct cog_outputs *outputs, const struct cog_built *built,
                       struct cog_diags *diags);

/* Writes a document to the file. Returns 0, or -1 after output.write. */
int cog_outputs_write_document(const char *path, const json_t *doc,
                               struct cog_diags *diags);

#endif
