/* module.c - fuzzes the light reading of a Python file. */
#include <stdint.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/module.h"
#include "detect/process_calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    auto_free char *text = cog_strndup((const char *)bytes, size);

    json_decref(cog_module_names(text));
    json_auto_t *wrappers = json_object();
    cog_process_wrappers(text, "module", wrappers);
    json_decref(cog_process_calls(text, "module", wrappers));
    return 0;
}
