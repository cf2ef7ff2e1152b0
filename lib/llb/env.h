/* env.h - environments: NAME=VALUE lists of images, objects in plans. */
#ifndef COG_LLB_ENV_H
#define COG_LLB_ENV_H

#include <jansson.h>

/* Adds what an image configuration's "Env" says ("NAME=VALUE" strings; other items are
 * passed over). */
void cog_env_add_list(json_t *env, const json_t *list);

/* Sets the variables of `changes`; ${NAME} in a value stands for the value before, or
 * nothing. */
void cog_env_add(json_t *env, const json_t *changes);

/* "NAME=VALUE" strings in the order of their names; a new reference. */
json_t *cog_env_list(const json_t *env);

#endif
