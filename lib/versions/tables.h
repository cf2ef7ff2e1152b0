/* tables.h - the tables of versions and names that planning goes by: lib/versions/data/, or
 * files of the user's.
 *
 * A table is text: lines that begin with # are comments, the first other line names the
 * columns, and every one after it is a row, its cells separated by one tab. The oldest
 * version comes first; patterns stand in the order of their bytes; base images have an
 * order of their own, see catalog.h. */
#ifndef COG_VERSIONS_TABLES_H
#define COG_VERSIONS_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum cog_table_name {
    COG_TABLE_BASE_IMAGES,
    COG_TABLE_BUILD_PACKAGES,
    COG_TABLE_CUDA_BUILDS,
    COG_TABLE_DEBIAN_PACKAGES,
    COG_TABLE_DRIVER,
    COG_TABLE_EXTENSIONS,
    COG_TABLE_FILES,
    COG_TABLE_FRAMEWORKS,
    COG_TABLE_LIBRARIES,
    COG_TABLE_PROGRAMS,
    COG_TABLE_TENSORFLOW,
    COG_TABLE_TORCH,
    COG_TABLE_COUNT,
};

/* The columns of the tables, in their order. */
enum {
    COG_BASE_IMAGE, /* its name, in which {python}, {cuda} and {torch} stand for versions */
    COG_BASE_BUILD, /* the image to build in where something is compiled with CUDA, or - */
    COG_BASE_PYTHON, /* versions with spaces between them, + for newer ones too; or * for
                        any */
    COG_BASE_SOURCE, /* image: it has Python; apt: apt installs it */
    COG_BASE_CUDA,   /* as for Python, or - */
    COG_BASE_CUDNN,  /* a version, or - */
    COG_BASE_USE,    /* plan: cog may choose it; base: only a user does */
    COG_BASE_SUITE,  /* the release of Debian or Ubuntu, as bookworm, or - */
};
enum { COG_BUILD_PACKAGE, COG_BUILD_WHAT }; /* a pattern of names; what they are for */
enum { COG_CUDA_BUILD_PACKAGE, COG_CUDA_BUILD_COMPILED }; /* always or source */
enum {
    COG_DEBIAN_PACKAGE,  /* a pattern of names */
    COG_DEBIAN_BOOKWORM, /* see debian.h */
    COG_DEBIAN_TRIXIE,
    COG_DEBIAN_WHY, /* a text, or - */
};
enum { COG_DRIVER_CUDA, COG_DRIVER_VERSION };
enum {
    COG_EXTENSION_PACKAGE,
    COG_EXTENSION_BUILT, /* always or source */
    COG_EXTENSION_NEEDS, /* packages that it imports to be built, with spaces between */
    COG_EXTENSION_TOOLS, /* what else is installed for that, or - */
};
enum { COG_FILE_NAME, COG_FILE_PACKAGE }; /* a pattern of headers or libraries */
enum {
    COG_LIBRARY_PACKAGE,
    COG_LIBRARY_BEFORE, /* the row is of older versions than this, or - */
    COG_LIBRARY_BUILD,  /* Debian packages with spaces between them, or - */
    COG_LIBRARY_RUN,
    COG_LIBRARY_WHY,
};
enum {
    COG_PROGRAM_NAME,
    COG_PROGRAM_PACKAGES, /* of Debian, spaces between them: the one that has it, and what
                             it calls */
    COG_PROGRAM_WHEEL,    /* a Python package that brings it, or - */
};
enum { COG_FRAMEWORK_PACKAGE, COG_FRAMEWORK_WHAT }; /* a pattern of names; of what */
enum {
    COG_TENSORFLOW_VERSION,
    COG_TENSORFLOW_CUDA,
    COG_TENSORFLOW_CUDNN,
    COG_TENSORFLOW_OLDEST,
    COG_TENSORFLOW_NEWEST,
};
enum {
    COG_TORCH_VERSION,
    COG_TORCH_VISION, /* the torchvision that belongs to it */
    COG_TORCH_AUDIO,
    COG_TORCH_PLAIN,  /* the build of the package index's own wheel, as cu121 */
    COG_TORCH_BUILDS, /* all builds, the oldest CUDA first, with spaces between them */
    COG_TORCH_OLDEST, /* the oldest and the newest Python with wheels of all three */
    COG_TORCH_NEWEST,
    COG_TORCH_ALONE, /* the newest for torch without the other two, or - */
};

enum { COG_TABLE_COLUMNS = 8 };

struct cog_table {
    char *text;
    const char *(*rows)[COG_TABLE_COLUMNS]; /* the cells lie in `text` */
    size_t count;                           /* 1 or more */
};

struct cog_tables {
    struct cog_table by_name[COG_TABLE_COUNT];
    bool own_images; /* the base images are of the user's */
};

/* Reads the tables: from the folder `dir` those that are there, as torch.tsv, else, and all
 * when `dir` is NULL, those that cog came with; the base images from the file `catalog` if
 * that is not NULL. Returns 0, or -1 after file.missing (no table is there), data.columns,
 * data.cell, data.order, file.unreadable. */
int cog_tables_load(struct cog_tables *data, const char *dir, const char *catalog,
                    struct cog_diags *diags);
void cog_tables_release(struct cog_tables *data);

/* The word at `*rest`, which moves behind it and the space that follows; NULL after the
 * last. The caller frees the word. */
char *cog_next_word(const char **rest);

/* The tables that cog came with, by enum cog_table_name. Generated from lib/versions/data/.
 */
extern const char *const cog_table_texts[COG_TABLE_COUNT];

#endif
