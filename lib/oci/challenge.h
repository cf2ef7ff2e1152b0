/* challenge.h - the WWW-Authenticate header (RFC 9110 §11.6.1). */
#ifndef COG_OCI_CHALLENGE_H
#define COG_OCI_CHALLENGE_H

#include <jansson.h>

/* Adds the challenges in a header's value to `challenges`, an object of objects: scheme ->
 * parameter -> value; schemes and parameters in lower case. What cannot be read is skipped.
 */
void cog_challenges_add(json_t *challenges, const char *value);

#endif
