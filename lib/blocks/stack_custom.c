/* stack_custom.c - the blocks of a project that brings everything itself. */
#include <stddef.h>

#include "blocks/blocks.h"

const struct cog_block *const cog_stack_custom[] = {
    &cog_block_custom,
    &cog_block_apt,
    &cog_block_certificates,
    &cog_block_user_commands,
    &cog_block_weights,
    &cog_block_source,
    NULL,
};
