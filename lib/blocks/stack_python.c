/* stack_python.c - the blocks of a Python project. */
#include <stddef.h>

#include "blocks/blocks.h"

/* Within a phase the order counts: apt's stage stands behind the server's, which is the
 * same in every image. */
const struct cog_block *const cog_stack_python[] = {
    &cog_block_python, /* whose constraints are the strongest */
    &cog_block_accelerator,  &cog_block_base_image, &cog_block_package_names,
    &cog_block_pip,          &cog_block_locked,     &cog_block_import_paths,
    &cog_block_cog_runtime,  &cog_block_programs,   &cog_block_apt,
    &cog_block_certificates, &cog_block_sdk,        &cog_block_user_commands,
    &cog_block_freeze,       &cog_block_weights,    &cog_block_schema,
    &cog_block_source,       &cog_block_export,     NULL,
};
