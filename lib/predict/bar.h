/* bar.h - one line on a terminal that says how far a filter is. */
#ifndef COG_PREDICT_BAR_H
#define COG_PREDICT_BAR_H

#include <stdbool.h>

#include "base/diag.h"

struct cog_bar {
    bool wanted, shown;
    long long size;         /* of the input in bytes; 0: unknown */
    long long began, drawn; /* milliseconds */
};

/* Does nothing from now on unless it is wanted. */
void cog_bar_init(struct cog_bar *bar, bool wanted, long long size);

/* Draws it, at most five times a second: predictions done and failed, and the bytes of the
 * input that they are of. */
void cog_bar_show(struct cog_bar *bar, unsigned long long done, unsigned long long failed,
                  unsigned long long bytes, struct cog_diags *diags);

/* Takes it off the screen, for something else to be written. */
void cog_bar_clear(struct cog_bar *bar, struct cog_diags *diags);

#endif
