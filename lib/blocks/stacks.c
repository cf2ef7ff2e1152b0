/* stacks.c - the stacks by their names. */
#include "blocks/blocks.h"

#include <string.h>

const struct cog_stack cog_stacks[] = {
    {"custom", cog_stack_custom, false},
    {"python", cog_stack_python, true},
    {0},
};

const struct cog_stack *cog_stack_find(const char *name)
{
    for (const struct cog_stack *stack = cog_stacks; stack->name; stack++)
        if (strcmp(stack->name, name) == 0)
            return stack;
    return NULL;
}
