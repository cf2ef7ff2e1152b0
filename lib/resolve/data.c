/* data.c - reads the tables of versions. */
#include "resolve/data.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "pep/version.h"
#include "tree/glob.h"

enum { MAX_BYTES = 1 << 20 };

/* By enum cog_table_name. What the cells of a column are: v a version, - or a version, b a
 * list of builds, u a list of versions, p a pattern of names, t any text. */
static const struct layout {
    const char *name, *columns, *kinds;
} layouts[] = {
    {"build_packages", "package\twhat", "pt"},
    {"cuda", "cuda\tcudnn\tubuntu", "vvu"},
    {"driver", "cuda\tdriver", "vv"},
    {"tensorflow", "tensorflow\tcuda\tcudnn\toldest\tnewest", "vvvvv"},
    {"torch", "torch\ttorchvision\ttorchaudio\tplain\tbuilds\toldest\tnewest", "v--bbvv"},
};

struct reader {
    const struct layout *layout;
    struct cog_versions *table;
    struct cog_pos at;
    bool trusted; /* cog came with it, so tests have checked it */
    bool headed;  /* the columns were named */
    struct cog_diags *diags;
};

static bool is_version(const char *text)
{
    struct cog_version version;

    if (!strpbrk(text, ".0123456789") || cog_version_parse(&version, text) < 0)
        return false;
    cog_version_release(&version);
    return true;
}

static bool is_build(const char *text)
{
    return strcmp(text, "cpu") == 0 ||
           (strncmp(text, "cu", 2) == 0 && strspn(text + 2, "0123456789") >= 3 &&
            strspn(text + 2, "0123456789") == strlen(text + 2));
}

/* Whether the cell is a list of what `is_word` takes, with one space between them. */
static bool is_list(const char *cell, bool (*is_word)(const char *text))
{
    while (true) {
        size_t length = strcspn(cell, " ");
        auto_free char *word = cog_strndup(cell, length);
        if (!is_word(word))
            return false;
        if (!cell[length])
            return true;
        cell += length + 1;
    }
}

static bool is_cell(char kind, const char *cell)
{
    if (kind == 'b')
        return is_list(cell, is_build);
    if (kind == 'u')
        return is_list(cell, is_version);
    if (kind == 'p')
        return *cell && strlen(cell) <= COG_GLOB_MAX && !cog_glob_fault(cell);
    if (kind == 't')
        return *cell;
    return (kind == '-' && strcmp(cell, "-") == 0) || is_version(cell);
}

/* Whether the first version is less than the second; both are versions. */
static bool is_less(const char *one, const char *other)
{
    struct cog_version a, b;

    (void)cog_version_parse(&a, one);
    (void)cog_version_parse(&b, other);
    bool less = cog_version_compare(&a, &b) < 0;
    cog_version_release(&a);
    cog_version_release(&b);
    return less;
}

/* Whether a row whose first cell is `next` may follow one with `last`. */
static bool in_order(char kind, const char *last, const char *next)
{
    return kind == 'p' ? strcmp(last, next) < 0 : is_less(last, next);
}

static int check_row(const struct reader *reader, const char *const *cells, size_t count)
{
    const struct cog_versions *table = reader->table;

    if (count != strlen(reader->layout->kinds))
        return cog_report(reader->diags, COG_ERROR, reader->at, "data.columns",
                          "%zu cells are expected, with a tab between them",
                          strlen(reader->layout->kinds));
    for (size_t i = 0; i < count; i++)
        if (!is_cell(reader->layout->kinds[i], cells[i]))
            return cog_report(reader->diags, COG_ERROR, reader->at, "data.cell",
                              "\"%s\" does not fit its column", cells[i]);
    const char *last = table->count ? table->rows[table->count - 1][0] : NULL;
    if (last && !in_order(*reader->layout->kinds, last, cells[0]))
        return cog_report(reader->diags, COG_ERROR, reader->at, "data.order",
                          "%s must come before %s: %s", cells[0], last,
                          *reader->layout->kinds == 'p' ? "names are sorted by their bytes"
                                                        : "the oldest is the first");
    return 0;
}

/* Splits a line at its tabs; cells beyond the last column are counted only. */
static size_t split(char *line, const char **cells)
{
    size_t count = 0;

    for (char *cell = line, *next; cell; cell = next) {
        next = strchr(cell, '\t');
        if (next)
            *next++ = '\0';
        if (count < COG_TABLE_COLUMNS)
            cells[count] = cell;
        count++;
    }
    return count;
}

static int read_line(struct reader *reader, char *line)
{
    struct cog_versions *table = reader->table;

    if (*line == '#' || !*line)
        return 0;
    if (!reader->headed && strcmp(line, reader->layout->columns) != 0)
        return cog_report(reader->diags, COG_ERROR, reader->at, "data.columns",
                          "the columns must be named, with a tab between them: %s",
                          reader->layout->columns);
    if (!reader->headed) {
        reader->headed = true;
        return 0;
    }
    table->rows = cog_realloc(table->rows, table->count + 1, sizeof *table->rows);
    const char **cells = table->rows[table->count];
    size_t count = split(line, cells);
    if (!reader->trusted && check_row(reader, cells, count) < 0)
        return -1;
    table->count++;
    return 0;
}

/* Takes `text`; without a path it is cog's. */
static int read_table(struct cog_versions *table, const struct layout *layout, char *text,
                      const char *path, struct cog_diags *diags)
{
    const struct cog_pos at = {.file = path ? path : layout->name};
    struct reader reader = {layout, table, at, !path, false, diags};
    int result = 0;

    table->text = text;
    for (char *line = text, *next; line && result == 0; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        reader.at.line++;
        result = read_line(&reader, line);
    }
    if (result == 0 && !table->count)
        return cog_report(diags, COG_ERROR, at, "data.columns", "the table has no row");
    return result;
}

/* The table's text: the file of the folder, if there is one. The caller frees it. */
static char *text_of(size_t which, const char *path, bool *own, struct cog_diags *diags)
{
    size_t size;

    if (!path || (access(path, F_OK) < 0 && errno == ENOENT))
        return cog_strdup(cog_table_texts[which]);
    *own = true;
    return cog_read_file(path, MAX_BYTES, &size, diags);
}

int cog_data_load(struct cog_data *data, const char *dir, struct cog_diags *diags)
{
    bool own = !dir;
    int result = 0;

    *data = (struct cog_data){0};
    for (size_t i = 0; i < COG_TABLE_COUNT; i++) {
        const struct layout *layout = &layouts[i];
        auto_free char *path = dir ? cog_printf("%s/%s.tsv", dir, layout->name) : NULL;
        char *text = text_of(i, path, &own, diags);
        result |= text ? read_table(&data->by_name[i], layout, text, path, diags) : -1;
    }
    if (!own)
        result = cog_report(diags, COG_ERROR, (struct cog_pos){.file = dir}, "file.missing",
                            "there is no table such as torch.tsv in this folder");
    return result;
}

void cog_data_release(struct cog_data *data)
{
    for (size_t i = 0; i < COG_TABLE_COUNT; i++) {
        free(data->by_name[i].text);
        free(data->by_name[i].rows);
    }
}
