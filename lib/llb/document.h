/* document.h - what lowering made, as the document cog/build-1. */
#ifndef COG_LLB_DOCUMENT_H
#define COG_LLB_DOCUMENT_H

#include "llb/lower.h"

/* `bytes` are those of the plan's document, whose digest the build keeps. A new reference.
 */
json_t *cog_lowered_document(const struct cog_plan *plan, const struct cog_lowered *lowered,
                             const void *bytes, size_t size, const char *created);

#endif
