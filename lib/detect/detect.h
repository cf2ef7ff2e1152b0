/* detect.h - the facts of a project folder: what is there, not what follows from it.
 *
 * One file here recognises one thing; detect.c has their table. The folder is only read. */
#ifndef COG_DETECT_DETECT_H
#define COG_DETECT_DETECT_H

#include <jansson.h>

#include "base/diag.h"
#include "model/config.h"
#include "toml/toml.h"

struct cog_toml_file; /* a TOML file that was read */

/* What a detector works with. */
struct cog_scan {
    const char *root; /* the project's folder */
    const struct cog_config *config;
    json_t *facts; /* the member `facts` of cog/project-1, being filled */
    struct cog_diags *diags;
    struct cog_toml_file **tables; /* what cog_scan_toml() has read */
};

/* Fills `facts` by every detector. Returns a document cog/project-1 (a new reference), or
 * NULL after all diagnostics. */
json_t *cog_detect(const struct cog_config *config, const char *root,
                   struct cog_diags *diags);

/* The detectors. Each returns 0, or -1 after diagnostics. */
int cog_detect_accelerators(const struct cog_scan *scan);
int cog_detect_frameworks(const struct cog_scan *scan);
int cog_detect_git(const struct cog_scan *scan);
int cog_detect_ignore(const struct cog_scan *scan);
int cog_detect_import_paths(const struct cog_scan *scan);
int cog_detect_packages(const struct cog_scan *scan);
int cog_detect_predictor(const struct cog_scan *scan);
int cog_detect_programs(const struct cog_scan *scan);
int cog_detect_python(const struct cog_scan *scan);
int cog_detect_weights(const struct cog_scan *scan);

/* Readers of what cog_detect_packages() chose. */

/* Adds what the requirements file `path` and those that it names ask for to the facts
 * `requirements` and `pip_options`, which exist; `at` is what names the file. Returns 0, or
 * -1 after diagnostics. */
int cog_detect_requirements(const struct cog_scan *scan, const char *path,
                            struct cog_pos at);

/* Likewise for the lines of cog.yaml's build.python_packages. */
int cog_detect_requirement_lines(const struct cog_scan *scan);

/* The text of a file of the project, which the caller frees, or NULL when there is none: no
 * diagnostic. */
char *cog_scan_read(const struct cog_scan *scan, const char *path);

/* The TOML file `file` of the project, read once however many detectors ask. Sets `*toml`,
 * borrowed from `scan`, or NULL. Returns 0; 1: there is none; -1: after diagnostics, the
 * first time. */
int cog_scan_toml(const struct cog_scan *scan, const char *file,
                  const struct cog_toml **toml);
void cog_toml_files_release(struct cog_toml_file *tables);

#endif
