/* stacks.c - the stacks by their names. */
#include "blocks/blocks.h"

#include <string.h>

#include "base/text.h"

static const struct cog_stack stacks[] = {
    {"custom", cog_stack_custom, false},
    {"python", cog_stack_python, true},
    {0},
};

const struct cog_stack *cog_stack_find(const char *name)
{
    for (const struct cog_stack *stack = stacks; stack->name; stack++)
        if (strcmp(stack->name, name) == 0)
            return stack;
    return NULL;
}

char *cog_stack_names(void)
{
    char *names;
    size_t size;
    FILE *out = cog_text_open(&names, &size);

    for (const struct cog_stack *stack = stacks; stack->name; stack++)
        (void)fprintf(out, "%s%s", stack == stacks ? "" : ", ", stack->name);
    cog_text_close(out, &names);
    return names;
}
