/* operation.h - operations and inputs of a plan in one line, for people. */
#ifndef COG_PLAN_OPERATION_H
#define COG_PLAN_OPERATION_H

#include "model/plan.h"

/* "copy /venv of stage pip to /venv"; a command as a shell would take it. The caller frees
 * it. */
char *cog_operation_text(const struct cog_plan_operation *op);

/* The operation's title, or if it has none its text. The caller frees it. */
char *cog_operation_title(const struct cog_plan_operation *op);

/* "stage pip", "image python:3.13-slim"; the caller frees it. */
char *cog_input_text(const struct cog_plan_input *input);

#endif
