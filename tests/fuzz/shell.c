/* shell.c - fuzzes the reading of shell texts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "shell/calls.h"
#include "shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What is left out of a text leaves one that can be read. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_strndup((const char *)bytes, size);
    auto_free char *without = cog_shell_without_sudo(text);
    json_auto_t *origin = json_null();
    struct cog_calls calls;
    bool updates;

    cog_calls_init(&calls);
    (void)cog_calls_add(&calls, text, origin);
    cog_calls_release(&calls);
    (void)cog_calls_apt(text, &updates);
    if (without && strlen(without) >= strlen(text))
        abort();
    return 0;
}
