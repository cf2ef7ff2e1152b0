/* output.h - what is to become of a build: options as buildx(1) and buildctl(1) have them.
 *
 *     type=image,name=…,push=true   type=oci,dest=FILE   type=local,dest=FOLDER   FOLDER -
 * A type of BuildKit's exporters, `dest` on this machine, and attributes for the exporter.
 */
#ifndef COG_BUILDKIT_OUTPUT_H
#define COG_BUILDKIT_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"

/* Reads an option `--output` (`option`, for messages). Returns {"type", "dest"?, "attrs"},
 * or NULL after usage.option. `dest` is "-" for standard output; of type docker without one
 * the image goes to the Docker Engine. */
json_t *cog_output_parse(const char *text, const char *option, struct cog_diags *diags);

/* Reads an option `--cache-from` or `--cache-to`: {"type", "attrs"}, or NULL after
 * usage.option. A text without "=" is the `ref` of type registry. */
json_t *cog_cache_parse(const char *text, const char *option, struct cog_diags *diags);

#endif
