/* library.c - loads shared libraries. */
#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

static _Noreturn void fail(const char *soname)
{
    const char *reason = dlerror();

    (void)fprintf(stderr, "error: cannot load %s: %s [machine.library]\n", soname,
                  reason ? reason : "it lacks a function");
    exit(COG_EXIT_MACHINE);
}

void cog_library_load(const char *soname, const struct cog_library_function *functions,
                      size_t count)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

    if (!library)
        fail(soname);
    for (size_t i = 0; i < count; i++) {
        void *address = dlsym(library, functions[i].name);
        if (!address)
            fail(soname);
        memcpy(functions[i].address, &address, sizeof address);
    }
}
