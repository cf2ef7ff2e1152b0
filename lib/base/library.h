/* library.h - shared libraries that are loaded when something needs them. */
#ifndef COG_BASE_LIBRARY_H
#define COG_BASE_LIBRARY_H

#include <stddef.h>

/* A function of a library, and where its address goes: a pointer to a function pointer. */
struct cog_library_function {
    const char *name;
    void *address;
};

/* Loads a library by its soname, for as long as the program runs, and finds `count`
 * functions in it. Ends the program with 3 (machine.library) when it cannot. */
void cog_library_load(const char *soname, const struct cog_library_function *functions,
                      size_t count);

#endif
