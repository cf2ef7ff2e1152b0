/* tables.c - reads the tables of versions. */
#include "versions/tables.h"

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
#include "versions/catalog.h"

enum { MAX_BYTES = 1 << 20 };

/* By enum cog_table_name. What the cells of a column are: v a version, - or a version, b a
 * list of builds, d =, -, nvidia or names of Debian packages, p a pattern of names, t any
 * text; ? what `fault`, which looks at a row whole, says of it. */
static const struct layout {
    const char *name, *columns, *kinds;
    const char *later; /* what ends `columns` and a table may leave out; its cells are - */
    const char *(*fault)(const char *const *row, size_t *column); /* NULL: rows are ordered
                                                                     by their first cell */
} layouts[] = {
    {"base_images", "image\tbuild\tpython\tsource\tcuda\tcudnn\tuse\tsuite", "????????",
     "\tsuite", cog_catalog_fault},
    {"build_packages", "package\twhat", "pt", "", NULL},
    {"cuda_builds", "package\tcompiled", "pt", "", NULL},
    {"debian_packages", "package\tbookworm\ttrixie\twhy", "pddt", "", NULL},
    {"driver", "cuda\tdriver", "vv", "", NULL},
    {"extensions", "package\tbuilt\tneeds\ttools", "pttt", "", NULL},
    {"files", "file\tpackage", "pt", "", NULL},
    {"frameworks", "package\twhat", "pt", "", NULL},
    {"libraries", "package\tbefore\tbuild\trun\twhy", "p-ttt", "", NULL},
    {"programs", "program\tpackages\twheel", "ptt", "", NULL},
    {"tensorflow", "tensorflow\tcuda\tcudnn\toldest\tnewest", "vvvvv", "", NULL},
    {"torch", "torch\ttorchvision\ttorchaudio\tplain\tbuilds\toldest\tnewest\talone",
     "v--bbvv-", "\talone", NULL},
};

struct reader {
    const struct layout *layout;
    struct cog_table *table;
    struct cog_pos at;
    bool trusted;   /* cog came with it, so tests have checked it */
    size_t columns; /* how many were named; 0: none yet */
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

static bool is_list(const char *cell)
{
    while (true) {
        size_t length = strcspn(cell, " ");
        auto_free char *word = cog_strndup(cell, length);
        if (!is_build(word))
            return false;
        if (!cell[length])
            return true;
        cell += length + 1;
    }
}

/* Whether the cell is = or -, or lower-case names with one space between them. */
static bool is_debian(const char *cell)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    if (strcmp(cell, "=") == 0 || strcmp(cell, "-") == 0)
        return true;
    for (const char *word = cell; *word;) {
        size_t length = strcspn(word, " ");
        if (length < 2 || !strchr(letters, *word) ||
            strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789+.-") < length)
            return false;
        word += length;
        if (*word && !*++word)
            return false;
    }
    return *cell;
}

static bool is_cell(char kind, const char *cell)
{
    if (kind == 'b')
        return is_list(cell);
    if (kind == 'p')
        return *cell && strlen(cell) <= COG_GLOB_MAX && !cog_glob_fault(cell);
    if (kind == 't')
        return *cell;
    if (kind == 'd')
        return is_debian(cell);
    return kind == '?' || (kind == '-' && strcmp(cell, "-") == 0) || is_version(cell);
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

/* The place of a cell in its line. What stands before it was found to be ASCII. */
static struct cog_pos cell_at(const struct reader *reader, const char *const *cells,
                              size_t column)
{
    struct cog_pos at = reader->at;

    at.column = (unsigned)(cells[column] - cells[0]) + 1;
    return at;
}

static int check_cells(const struct reader *reader, const char *const *cells)
{
    const struct layout *layout = reader->layout;
    size_t column = 0;

    for (; layout->kinds[column]; column++)
        if (!is_cell(layout->kinds[column], cells[column]))
            return cog_report(reader->diags, COG_ERROR, cell_at(reader, cells, column),
                              "data.cell", "\"%s\" does not fit its column", cells[column]);
    const char *fault = layout->fault ? layout->fault(cells, &column) : NULL;
    if (fault)
        return cog_report(reader->diags, COG_ERROR, cell_at(reader, cells, column),
                          "data.cell", "\"%s\": %s", cells[column], fault);
    return 0;
}

static int check_row(const struct reader *reader, const char *const *cells, size_t count)
{
    const struct cog_table *table = reader->table;

    if (count != reader->columns)
        return cog_report(reader->diags, COG_ERROR, reader->at, "data.columns",
                          "%zu cells are expected, with a tab between them",
                          reader->columns);
    if (check_cells(reader, cells) < 0)
        return -1;
    const char *last =
        table->count && !reader->layout->fault ? table->rows[table->count - 1][0] : NULL;
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

/* How many columns the line names, if it is the heading; 0: it is not. */
static size_t heading(const struct layout *layout, const char *line)
{
    size_t count = strlen(layout->kinds);
    size_t length = strlen(layout->columns) - strlen(layout->later);

    if (strcmp(line, layout->columns) == 0)
        return count;
    if (strncmp(line, layout->columns, length) != 0 || line[length])
        return 0;
    for (const char *at = layout->later; *at; at++)
        count -= *at == '\t';
    return count;
}

static int read_line(struct reader *reader, char *line)
{
    struct cog_table *table = reader->table;

    if (*line == '#' || !*line)
        return 0;
    if (!reader->columns) {
        reader->columns = heading(reader->layout, line);
        if (reader->columns)
            return 0;
        return cog_report(reader->diags, COG_ERROR, reader->at, "data.columns",
                          "the columns must be named, with a tab between them: %s",
                          reader->layout->columns);
    }
    table->rows = cog_realloc(table->rows, table->count + 1, sizeof *table->rows);
    const char **cells = table->rows[table->count];
    size_t count = split(line, cells);
    for (size_t i = reader->columns; i < strlen(reader->layout->kinds); i++)
        cells[i] = "-";
    if (!reader->trusted && check_row(reader, cells, count) < 0)
        return -1;
    table->count++;
    return 0;
}

/* Takes `text`; without a path it is cog's. */
static int read_table(struct cog_table *table, const struct layout *layout, char *text,
                      const char *path, struct cog_diags *diags)
{
    const struct cog_pos at = {.file = path ? path : layout->name};
    struct reader reader = {layout, table, at, !path, 0, diags};
    int result = 0;

    table->text = text;
    for (char *line = text, *next; line && (reader.columns || result == 0); line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        reader.at.line++;
        result |= read_line(&reader, line);
    }
    if (result == 0 && !table->count)
        return cog_report(diags, COG_ERROR, at, "data.columns", "the table has no row");
    return result;
}

/* The file that has the table instead of cog: the catalog, or one of the folder. NULL: none
 * has. The caller frees it. */
static char *own_file(size_t which, const char *dir, const char *catalog)
{
    if (which == COG_TABLE_BASE_IMAGES && catalog)
        return cog_strdup(catalog);
    char *path = dir ? cog_printf("%s/%s.tsv", dir, layouts[which].name) : NULL;
    if (path && access(path, F_OK) < 0 && errno == ENOENT) {
        free(path);
        return NULL;
    }
    return path;
}

static int load_table(struct cog_tables *data, size_t which, const char *path,
                      struct cog_diags *diags)
{
    const struct layout *layout = &layouts[which];
    size_t size;
    char *text = path ? cog_read_operand(path, MAX_BYTES, &size, diags)
                      : cog_strdup(cog_table_texts[which]);

    return text ? read_table(&data->by_name[which], layout, text, path, diags) : -1;
}

int cog_tables_load(struct cog_tables *data, const char *dir, const char *catalog,
                    struct cog_diags *diags)
{
    bool found = !dir;
    int result = 0;

    *data = (struct cog_tables){0};
    for (size_t i = 0; i < COG_TABLE_COUNT; i++) {
        auto_free char *path = own_file(i, dir, catalog);
        found |= path && !(catalog && i == COG_TABLE_BASE_IMAGES);
        data->own_images |= path && i == COG_TABLE_BASE_IMAGES;
        result |= load_table(data, i, path, diags);
    }
    if (!found)
        result = cog_report(diags, COG_ERROR, (struct cog_pos){.file = dir}, "file.missing",
                            "this folder has no table such as torch.tsv");
    return result;
}

void cog_tables_release(struct cog_tables *data)
{
    for (size_t i = 0; i < COG_TABLE_COUNT; i++) {
        free(data->by_name[i].text);
        free(data->by_name[i].rows);
    }
}
