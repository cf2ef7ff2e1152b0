/* fault.h - what is wrong with a text that a reader of this folder refuses. */
#ifndef COG_PEP_FAULT_H
#define COG_PEP_FAULT_H

#include <stddef.h>

struct cog_fault {
    const char *what; /* a clause for the user, static: "a version is expected" */
    size_t at;        /* where, in bytes from the start of the text */
};

#endif
