/* told.h - what diagnostics say, for tests. */
#ifndef COG_TESTS_TOLD_H
#define COG_TESTS_TOLD_H

#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/diag.h"

/* What flushing writes to stderr; the caller frees it. */
static inline char *told(struct cog_diags *diags)
{
    enum { MAX = 4000 };
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    char *text = cog_alloc(MAX);

    (void)dup2(fileno(file), STDERR_FILENO);
    cog_diags_flush(diags);
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    rewind(file);
    text[fread(text, 1, MAX - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

#endif
