/* auto.h - cleanup attributes for locals; jansson's json_auto_t is used beside them. */
#ifndef COG_BASE_AUTO_H
#define COG_BASE_AUTO_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cog_auto_free(void *slot)
{
    free(*(void **)slot);
}

static inline void cog_auto_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cog_auto_fclose(FILE **stream)
{
    if (*stream)
        (void)fclose(*stream);
}

/* `unused`: clang warns of a local that is only released. */
#define auto_free __attribute__((cleanup(cog_auto_free), unused))
#define auto_close __attribute__((cleanup(cog_auto_close), unused))
#define auto_fclose __attribute__((cleanup(cog_auto_fclose), unused))

#endif
