/* output.h - the output of a prediction as people want it: text, files, or JSON.
 *
 * A text is printed as it is (a list of texts joined, if the schema says that it is shown
 * so). Files, which come as data URLs, are written: to the file that was named, else to
 * output.EXT; several to output.0.EXT, output.1.EXT, …. A file that was not named is never
 * overwritten: output.png is followed by output.1.png. Anything else is indented JSON. */
#ifndef COG_PREDICT_OUTPUT_H
#define COG_PREDICT_OUTPUT_H

#include <jansson.h>

#include "base/diag.h"

/* `openapi` and `file` may be NULL. With `file`, texts and JSON go there as well. Says on
 * stderr what was written. Returns 0, or -1 after machine.write, or predict.output (a
 * broken data URL). */
int cog_output_write(const json_t *output, const json_t *openapi, const char *file,
                     struct cog_diags *diags);

/* `file`, or a name below it that is free when it is a folder: "DIR/output.json". The
 * caller frees it. */
char *cog_output_path(const char *file, const char *extension);

#endif
