/* scan.c - the files of a project, those of TOML read once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "detect/detect.h"

enum { MAX_BYTES = 16 << 20, MAX_FILE_BYTES = 4 << 20 };

struct cog_toml_file {
    char *file;
    struct cog_toml toml;
    int status; /* what cog_scan_toml() returns */
    struct cog_toml_file *next;
};

static int load(const struct cog_scan *scan, struct cog_toml_file *table)
{
    auto_free char *path = cog_path_join(scan->root, table->file);
    size_t size;

    if (access(path, F_OK) != 0)
        return 1;
    auto_free char *text = cog_read_file(path, MAX_BYTES, &size, scan->diags);
    return text ? cog_toml_load(&table->toml, text, size, table->file, scan->diags) : -1;
}

int cog_scan_toml(const struct cog_scan *scan, const char *file,
                  const struct cog_toml **toml)
{
    struct cog_toml_file *table = *scan->tables;

    while (table && strcmp(table->file, file) != 0)
        table = table->next;
    if (!table) {
        table = cog_alloc(sizeof *table);
        table->file = cog_strdup(file);
        table->status = load(scan, table);
        table->next = *scan->tables;
        *scan->tables = table;
    }
    *toml = table->status == 0 ? &table->toml : NULL;
    return table->status;
}

void cog_toml_files_release(struct cog_toml_file *tables)
{
    while (tables) {
        struct cog_toml_file *next = tables->next;
        if (tables->status == 0)
            cog_toml_release(&tables->toml);
        free(tables->file);
        free(tables);
        tables = next;
    }
}

char *cog_scan_read(const struct cog_scan *scan, const char *path)
{
    auto_free char *full = cog_path_join(scan->root, path);
    size_t size;

    if (access(full, F_OK) != 0)
        return NULL;
    return cog_read_file(full, MAX_FILE_BYTES, &size, scan->diags);
}
