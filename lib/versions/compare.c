/* compare.c - versions of packages and of CUDA, compared and looked up. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "pep/specifier.h"
#include "versions/resolver.h"

/* What `compare` says of two versions; false if one is none. */
static bool holds(const char *one, const char *other,
                  bool (*compare)(const struct cog_version *a, const struct cog_version *b,
                                  size_t parts),
                  size_t parts)
{
    struct cog_version a, b;
    bool result = false;

    if (cog_version_parse(&a, one) < 0)
        return false;
    if (cog_version_parse(&b, other) == 0) {
        result = compare(&a, &b, parts);
        cog_version_release(&b);
    }
    cog_version_release(&a);
    return result;
}

static bool is_same(const struct cog_version *a, const struct cog_version *b, size_t parts)
{
    (void)parts;
    return cog_version_compare_public(a, b) == 0;
}

static bool is_less(const struct cog_version *a, const struct cog_version *b, size_t parts)
{
    (void)parts;
    return cog_version_compare_public(a, b) < 0;
}

bool cog_same_version(const char *one, const char *other)
{
    return holds(one, other, is_same, 0);
}

bool cog_less_version(const char *one, const char *other)
{
    return holds(one, other, is_less, 0);
}

bool cog_same_parts(const char *one, const char *other, size_t parts)
{
    return holds(one, other, cog_version_agree, parts);
}

bool cog_fits_specifier(const char *text, const char *version)
{
    struct cog_specifier specifier;
    struct cog_fault fault;

    if (cog_specifier_parse(&specifier, text, &fault) < 0)
        return false;
    bool fits = cog_specifier_contains(&specifier, version, COG_PRERELEASES_YES);
    cog_specifier_release(&specifier);
    return fits;
}

cog_row cog_find_row(const struct cog_table *table, size_t column, const char *version)
{
    for (size_t i = 0; i < table->count; i++)
        if (cog_same_version(table->rows[i][column], version))
            return table->rows[i];
    return NULL;
}

char *cog_cuda_version(const char *accelerator)
{
    bool cuda = strncmp(accelerator, "cu", 2) == 0;
    const char *digits = cuda ? accelerator + 2 : "";
    size_t count = strspn(digits, "0123456789");

    if (count < 2 || digits[count])
        return NULL;
    if (count == 2)
        return cog_strdup(digits);
    return cog_printf("%.*s.%s", 2, digits, digits + 2);
}

char *cog_cuda_build(const char *version)
{
    size_t major = strcspn(version, ".");
    const char *minor = version + major + (version[major] == '.');

    return cog_printf("cu%.*s%.*s", (int)major, version, (int)strcspn(minor, "."), minor);
}

char *cog_next_word(const char **rest)
{
    size_t length = strcspn(*rest, " ");
    char *word = cog_strndup(*rest, length);

    *rest = (*rest)[length] ? *rest + length + 1 : NULL;
    return word;
}

bool cog_is_plain_version(const char *text, size_t least, size_t most)
{
    size_t parts = 1;

    for (const char *at = text; *at; at++) {
        parts += *at == '.';
        if (!strchr("0123456789.", *at) ||
            (*at == '.' && (at == text || !at[1] || at[1] == '.')))
            return false;
    }
    return *text && parts >= least && parts <= most;
}
