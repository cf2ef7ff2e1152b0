/* json_print.h - predictions as text. */
#ifndef COG_PREDICT_JSON_PRINT_H
#define COG_PREDICT_JSON_PRINT_H

#include <jansson.h>

/* JSON on one line with sorted members and a newline at its end, or indented; numbers with
 * as few digits as keep their value. The caller frees it. */
char *cog_json_line(const json_t *value);
char *cog_json_pretty(const json_t *value);

#endif
