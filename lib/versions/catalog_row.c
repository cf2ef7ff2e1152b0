/* catalog_row.c - what is wrong with a row of the table of base images. */
#include <string.h>

#include "base/auto.h"
#include "versions/catalog.h"
#include "versions/resolver.h"
#include "versions/template.h"

bool cog_is_suite(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(text);
}

/* Whether the cell is "*" or versions of two or three numbers with one space between them,
 * each of which may end in one of the characters of `ends`. */
static bool is_versions(const char *cell, const char *ends)
{
    if (strcmp(cell, "*") == 0)
        return true;
    for (const char *rest = cell; rest;) {
        auto_free char *word = cog_next_word(&rest);
        size_t length = strlen(word);
        if (length && strchr(ends, word[length - 1]))
            word[length - 1] = '\0';
        if (!cog_is_plain_version(word, 2, 3))
            return false;
    }
    return true;
}

static const char *name_fault(cog_row row, const char *cell)
{
    static const char *const sample[COG_HOLDER_COUNT] = {"3.13", "12.4.1", "2.11.0"};
    auto_free char *whole = cog_template_fill(cell, sample);
    auto_free char *plain = cog_catalog_name(whole);
    bool cuda = strcmp(row[COG_BASE_CUDA], "-") != 0;

    if (!plain)
        return "it is not an image name with {python}, {cuda} or {torch} in it";
    if (strcmp(plain, whole) != 0)
        return "write it with its tag, without a digest and without docker.io/";
    if (strstr(cell, "{torch}") && strcmp(row[COG_BASE_USE], "plan") == 0)
        return "{torch} is for images that only --base names";
    if (strpbrk(row[COG_BASE_PYTHON], "*+") && !strstr(cell, "{python}"))
        return "python is not all named, so {python} must be in it";
    if (strstr(cell, "{cuda}") && !cuda)
        return "cuda is -, so {cuda} cannot be in it";
    if (cuda && !cog_is_plain_version(row[COG_BASE_CUDA], 2, 3) && !strstr(cell, "{cuda}"))
        return "cuda is not one version, so {cuda} must be in it";
    return NULL;
}

const char *cog_catalog_fault(const char *const *row, size_t *column)
{
    *column = COG_BASE_PYTHON;
    if (!is_versions(row[*column], "+"))
        return "write versions like 3.12 or 3.12+, with a space between them, or *";
    *column = COG_BASE_SOURCE;
    if (strcmp(row[*column], "image") != 0 && strcmp(row[*column], "apt") != 0)
        return "write image or apt";
    *column = COG_BASE_CUDA;
    if (strcmp(row[*column], "-") != 0 && !is_versions(row[*column], ""))
        return "write versions like 12.4, with a space between them, * or -";
    *column = COG_BASE_CUDNN;
    if (strcmp(row[*column], "-") != 0 && !cog_is_plain_version(row[*column], 1, 3))
        return "write a version like 9, or -";
    *column = COG_BASE_USE;
    if (strcmp(row[*column], "plan") != 0 && strcmp(row[*column], "base") != 0)
        return "write plan or base";
    *column = COG_BASE_SUITE;
    if (!cog_is_suite(row[*column]))
        return "write the name of a release, like bookworm, or -";
    *column = COG_BASE_IMAGE;
    const char *fault = name_fault(row, row[*column]);
    if (fault || strcmp(row[COG_BASE_BUILD], "-") == 0)
        return fault;
    *column = COG_BASE_BUILD;
    return name_fault(row, row[*column]);
}
