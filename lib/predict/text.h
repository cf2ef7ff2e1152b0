/* text.h - predictions as text. */
#ifndef COG_PREDICT_TEXT_H
#define COG_PREDICT_TEXT_H

#include <jansson.h>

/* JSON on one line with sorted members and a newline at its end, or indented; numbers with
 * as few digits as keep their value. The caller frees it. */
char *cog_prediction_text(const json_t *value);
char *cog_prediction_pretty(const json_t *value);

#endif
