/* version.c - the grammar, the canonical form and the order of PEP 440. */
#include "pep/version.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

static bool is_separator(char c)
{
    return c == '.' || c == '_' || c == '-';
}

static struct cog_span take_digits(const char **next)
{
    struct cog_span digits = {*next, 0};

    while (is_digit(**next))
        ++*next;
    digits.size = (size_t)(*next - digits.text);
    return digits;
}

/* A word in any case, a separator before and after it, and a number, all but the word
 * optional. Returns which of `words` it is, or -1 and takes nothing. */
static int take_word(const char **next, const char *const *words, struct cog_span *number)
{
    const char *start = *next + is_separator(**next);

    for (int i = 0; words[i]; i++) {
        size_t length = strlen(words[i]);
        if (strncasecmp(start, words[i], length) != 0)
            continue;
        *next = start + length;
        *next += is_separator(**next);
        *number = take_digits(next);
        return i;
    }
    return -1;
}

static void take_pre(const char **next, struct cog_version *version)
{
    static const char *const words[] = {"alpha", "a", "beta", "b", "preview",
                                        "pre",   "c", "rc",   NULL};
    static const char phases[] = {'a', 'a', 'b', 'b', 'c', 'c', 'c', 'c'}; /* of words */
    int word = take_word(next, words, &version->pre);

    if (word >= 0)
        version->phase = phases[word];
}

static void take_post(const char **next, struct cog_version *version)
{
    static const char *const words[] = {"post", "rev", "r", NULL};

    if (**next == '-' && is_digit((*next)[1])) {
        ++*next;
        version->post = take_digits(next);
    } else {
        take_word(next, words, &version->post);
    }
}

/* Letters and digits, with single separators between. */
static void take_local(const char **next, struct cog_version *version)
{
    const char *start = *next + 1, *end = start;

    if (**next != '+' || !isalnum((unsigned char)*start))
        return;
    while (isalnum((unsigned char)*end) ||
           (is_separator(*end) && isalnum((unsigned char)end[1])))
        end++;
    version->local = (struct cog_span){start, (size_t)(end - start)};
    *next = end;
}

/* Fills the spans as far as the grammar goes. Returns where it ends; `text` when there is
 * no version. */
static const char *scan(struct cog_version *version, const char *text)
{
    static const char *const dev[] = {"dev", NULL};
    const char *next = text + (*text == 'v' || *text == 'V');

    version->release = take_digits(&next);
    if (!version->release.size)
        return text;
    if (*next == '!' && is_digit(next[1])) {
        version->epoch = version->release;
        next++;
        version->release = take_digits(&next);
    }
    while (*next == '.' && is_digit(next[1])) {
        next++;
        take_digits(&next);
    }
    version->release.size = (size_t)(next - version->release.text);
    take_pre(&next, version);
    take_post(&next, version);
    take_word(&next, dev, &version->dev);
    take_local(&next, version);
    return next;
}

static struct cog_span without_zeros(struct cog_span number)
{
    while (number.size && *number.text == '0') {
        number.text++;
        number.size--;
    }
    return number;
}

/* Appends at `end`; returns the new end. */
static char *put_text(char *end, const char *text, size_t size)
{
    memcpy(end, text, size);
    return end + size;
}

static char *put_number(char *end, struct cog_span number)
{
    number = without_zeros(number);
    return number.size ? put_text(end, number.text, number.size) : put_text(end, "0", 1);
}

/* Takes what stands before the next separator off the front of `rest`. */
static struct cog_span next_part(struct cog_span *rest)
{
    struct cog_span part = {rest->text, 0};

    while (part.size < rest->size && !is_separator(part.text[part.size]))
        part.size++;
    size_t taken = part.size + (part.size < rest->size);
    rest->text = rest->text ? rest->text + taken : NULL;
    rest->size -= taken;
    return part;
}

static bool is_number(struct cog_span part)
{
    while (part.size && is_digit(part.text[part.size - 1]))
        part.size--;
    return !part.size;
}

static char *put_parts(char *end, struct cog_span parts)
{
    for (bool first = true; parts.size; first = false) {
        struct cog_span part = next_part(&parts);
        if (!first)
            *end++ = '.';
        if (is_number(part))
            end = put_number(end, part);
        else
            for (size_t i = 0; i < part.size; i++)
                *end++ = (char)tolower((unsigned char)part.text[i]);
    }
    return end;
}

/* The canonical form of what was scanned from a text of `size` bytes. No stream: every
 * version passes here, and the first bytes of one cost more than all else. */
static char *canonical(const struct cog_version *version, size_t size)
{
    enum { GROWTH = 16 }; /* what it has at most that was not written: rc0.post0.dev0 */
    char *text = cog_alloc(size + GROWTH + 1), *end = text;

    if (without_zeros(version->epoch).size) {
        end = put_number(end, version->epoch);
        *end++ = '!';
    }
    end = put_parts(end, version->release);
    if (version->phase == 'c')
        end = put_text(end, "rc", 2);
    else if (version->phase)
        *end++ = version->phase;
    if (version->phase)
        end = put_number(end, version->pre);
    if (version->post.text)
        end = put_number(put_text(end, ".post", 5), version->post);
    if (version->dev.text)
        end = put_number(put_text(end, ".dev", 4), version->dev);
    if (version->local.text)
        *end++ = '+';
    (void)put_parts(end, version->local);
    return text;
}

int cog_version_parse(struct cog_version *version, const char *text)
{
    struct cog_version written = {0};

    *version = (struct cog_version){0};
    text += cog_version_blank(text);
    const char *end = scan(&written, text);
    if (end == text || end[cog_version_blank(end)])
        return -1;
    char *canon = canonical(&written, (size_t)(end - text));
    scan(version, canon);
    version->text = canon;
    return 0;
}

void cog_version_release(struct cog_version *version)
{
    free(version->text);
    *version = (struct cog_version){0};
}

static int compare_bytes(struct cog_span a, struct cog_span b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp(a.text, b.text, shorter) : 0;

    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_numbers(struct cog_span a, struct cog_span b)
{
    a = without_zeros(a);
    b = without_zeros(b);
    return a.size == b.size ? compare_bytes(a, b) : a.size > b.size ? 1 : -1;
}

/* Of epochs, then of the first `parts` numbers of the releases. */
static int compare_releases(const struct cog_version *a, const struct cog_version *b,
                            size_t parts)
{
    struct cog_span left = a->release, right = b->release;
    int order = compare_numbers(a->epoch, b->epoch);

    for (; !order && parts && (left.size || right.size); parts--)
        order = compare_numbers(next_part(&left), next_part(&right));
    return order;
}

/* 1.0.dev1 is before 1.0a1, which is before 1.0. */
static int rank(const struct cog_version *version)
{
    if (version->phase)
        return version->phase;
    return version->dev.text && !version->post.text ? 0 : 'z';
}

int cog_version_compare_public(const struct cog_version *a, const struct cog_version *b)
{
    int order = compare_releases(a, b, SIZE_MAX);

    if (!order)
        order = rank(a) - rank(b);
    if (!order)
        order = compare_numbers(a->pre, b->pre);
    if (!order)
        order = (a->post.text != NULL) - (b->post.text != NULL);
    if (!order)
        order = compare_numbers(a->post, b->post);
    if (!order)
        order = (a->dev.text == NULL) - (b->dev.text == NULL);
    return order ? order : compare_numbers(a->dev, b->dev);
}

/* Words are before numbers, and a beginning is before the whole. */
static int compare_locals(struct cog_span a, struct cog_span b)
{
    int order = 0;

    while (!order && a.size && b.size) {
        struct cog_span left = next_part(&a), right = next_part(&b);
        if (is_number(left) && is_number(right))
            order = compare_numbers(left, right);
        else if (is_number(left) || is_number(right))
            order = is_number(left) ? 1 : -1;
        else
            order = compare_bytes(left, right);
    }
    return order ? order : (a.size != 0) - (b.size != 0);
}

int cog_version_compare(const struct cog_version *a, const struct cog_version *b)
{
    int order = cog_version_compare_public(a, b);
    return order ? order : compare_locals(a->local, b->local);
}

size_t cog_version_parts(const struct cog_version *version)
{
    struct cog_span rest = version->release;
    size_t count = 0;

    for (; rest.size; count++)
        next_part(&rest);
    return count;
}

unsigned cog_version_part(const struct cog_version *version, size_t index)
{
    struct cog_span rest = version->release;

    while (index-- && rest.size)
        next_part(&rest);
    struct cog_span part = next_part(&rest);
    unsigned number = 0;
    for (size_t i = 0; i < part.size; i++) {
        unsigned digit = (unsigned)(part.text[i] - '0');
        if (number > (UINT_MAX - digit) / 10)
            return UINT_MAX;
        number = number * 10 + digit;
    }
    return number;
}

bool cog_version_agree(const struct cog_version *a, const struct cog_version *b,
                       size_t parts)
{
    return compare_releases(a, b, parts) == 0;
}

bool cog_version_is_prerelease(const struct cog_version *version)
{
    return version->phase || version->dev.text;
}

size_t cog_version_length(const char *text)
{
    struct cog_version version = {0};
    return (size_t)(scan(&version, text) - text);
}

/* How many bytes the character of white space at `text` has; 0 when it is none. */
static size_t blank_character(const char *text)
{
    static const char *const wide[] = {
        "\xC2\x85", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
        "\u2004",   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
        "\u2028",   "\u2029", "\u202F", "\u205F", "\u3000",
    };

    if (*text == ' ' || (*text >= '\t' && *text <= '\r') || (*text >= 28 && *text <= 31))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

size_t cog_version_blank(const char *text)
{
    size_t size = 0;

    for (size_t more = 1; more; size += more)
        more = blank_character(text + size);
    return size;
}
