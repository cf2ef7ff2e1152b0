/* encoding.h - the bytes of a requirements file as text, by pip's rules.
 *
 * A byte order mark decides (UTF-8, UTF-16, UTF-32), else a line "# coding: NAME" among the
 * first two (PEP 263: UTF-8, ASCII, Latin-1), else it is UTF-8. pip would then try the
 * machine's locale; that is refused, because it would read another file on another machine.
 */
#ifndef COG_PEP_ENCODING_H
#define COG_PEP_ENCODING_H

#include <stddef.h>

#include "base/diag.h"

/* The text as UTF-8 without a mark, which the caller frees; NULL after
 * requirements.encoding at the line that cannot be read. */
char *cog_encoding_decode(const char *bytes, size_t size, const char *file,
                          struct cog_diags *diags);

#endif
