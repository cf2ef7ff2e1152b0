/* glob.c - one pattern against one path.
 *
 * A place in the pattern is a state; all that are possible are kept side by side while the
 * path is read once, so no pattern takes longer than its length times the path's.
 *
 *     state    takes                                  and goes to
 *     "**"     any character                          itself; behind it after "/", or when
 *                                                     nothing follows
 *     "*"      any but "/"                            itself and behind it
 *     other    "?" any but "/", a class, a character  behind it
 *
 * Entering a star also enters what is behind it; a "/" that follows "**" belongs to it. */
#include "tree/glob.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The length of the UTF-8 sequence at `text`, 1 for what is none; never past the end. */
static size_t sequence(const char *text)
{
    unsigned char lead = (unsigned char)*text;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 1;
    }
    return length;
}

/* UTF-8 sequences compare like their code points, byte by byte. */
static int compare(const char *a, const char *b)
{
    size_t one = sequence(a), other = sequence(b);
    int order = memcmp(a, b, one < other ? one : other);

    return order ? order : (one > other) - (one < other);
}

/* Docker makes a regular expression of a pattern, where an escaped letter or digit, or one
 * that is not ASCII, is no longer itself. */
static const char *escape_fault(const char *escape)
{
    unsigned char escaped = (unsigned char)escape[1];

    if (!escaped)
        return "nothing follows \\";
    return escaped >= 0x80 || isalnum(escaped)
               ? "\\ stands before a letter or a digit; folders are separated by /"
               : NULL;
}

/* One end of a range of a class; moves `*at` behind it. */
static const char *bound_fault(const char **at)
{
    if (!**at)
        return "a class has no end";
    if (strchr("]-[*?", **at))
        return "] - [ * ? need a \\ in a class, which may not be empty";
    const char *fault = **at == '\\' ? escape_fault((*at)++) : NULL;
    if (!fault)
        *at += sequence(*at);
    return fault;
}

/* The class that begins at `*at` ("["); moves `*at` behind it. */
static const char *class_fault(const char **at)
{
    const char *fault = NULL;

    *at += 1 + ((*at)[1] == '^');
    do {
        const char *low = *at + (**at == '\\');
        fault = bound_fault(at);
        if (!fault && **at == '-') {
            ++*at;
            const char *high = *at + (**at == '\\');
            fault = bound_fault(at);
            if (!fault && compare(low, high) > 0)
                fault = "a range of a class is empty";
        }
    } while (!fault && **at != ']');
    ++*at;
    return fault;
}

const char *cog_glob_fault(const char *pattern)
{
    const char *fault = NULL;

    while (!fault && *pattern) {
        if (*pattern == '[') {
            fault = class_fault(&pattern);
        } else if (*pattern == '\\') {
            fault = escape_fault(pattern);
            pattern += 2;
        } else if (*pattern++ == '^') {
            fault = "beside wildcards ^ needs a \\";
        }
    }
    return fault;
}

/* The end of the class that begins at `class`, behind its "]". */
static const char *class_end(const char *class)
{
    const char *at = class;

    while (*at != ']')
        at += 1 + (*at == '\\');
    return at + 1;
}

static bool class_matches(const char *class, const char *character)
{
    const char *end = class_end(class) - 1, *at = class + 1;
    bool negated = *at == '^', found = false;

    for (at += negated; at < end;) {
        at += *at == '\\';
        const char *low = at, *high = at;
        at += sequence(at);
        if (*at == '-') {
            at++;
            at += *at == '\\';
            high = at;
            at += sequence(at);
        }
        found = found || (compare(character, low) >= 0 && compare(character, high) <= 0);
    }
    return found != negated;
}

/* Where what stands at `pattern` ends. */
static const char *behind(const char *pattern)
{
    if (*pattern == '[')
        return class_end(pattern);
    if (*pattern == '*' && pattern[1] == '*')
        return pattern + 2 + (pattern[2] == '/');
    pattern += *pattern == '\\';
    return pattern + sequence(pattern);
}

struct states {
    uint16_t at[COG_GLOB_MAX + 1];
    size_t count;
};

/* States being collected for the same place of the path: `round`, which counts from 1. */
struct matching {
    const char *pattern;
    struct states *states;
    unsigned round;
    unsigned listed[COG_GLOB_MAX + 1], entered[COG_GLOB_MAX + 1]; /* in which round */
};

static void stay(struct matching *m, size_t at)
{
    if (m->listed[at] == m->round)
        return;
    m->listed[at] = m->round;
    m->states->at[m->states->count++] = (uint16_t)at;
}

static void enter(struct matching *m, size_t at)
{
    while (m->entered[at] != m->round) {
        m->entered[at] = m->round;
        stay(m, at);
        if (m->pattern[at] == '*')
            at = (size_t)(behind(m->pattern + at) - m->pattern);
    }
}

/* Where the state `at` goes with the character. */
static void take(struct matching *m, size_t at, const char *character)
{
    const char *p = m->pattern + at;
    const char *next = *p ? behind(p) : p;
    bool matched;

    if (*p == '*' && p[1] == '*') {
        stay(m, at);
        matched = *character == '/' || !*next;
    } else if (*p == '*') {
        matched = *character != '/';
        next = p;
    } else if (*p == '?') {
        matched = *character != '/';
    } else if (*p == '[') {
        matched = class_matches(p, character);
    } else {
        matched = *p && compare(p + (*p == '\\'), character) == 0;
    }
    if (matched)
        enter(m, (size_t)(next - m->pattern));
}

bool cog_glob_matches(const char *pattern, const char *path)
{
    struct states lists[2];
    struct matching m;
    size_t length = strlen(pattern);

    memset(m.listed, 0, (length + 1) * sizeof *m.listed);
    memset(m.entered, 0, (length + 1) * sizeof *m.entered);
    m.pattern = pattern;
    m.states = &lists[0];
    m.states->count = 0;
    m.round = 1;
    enter(&m, 0);
    for (; *path && m.states->count; path += sequence(path)) {
        const struct states *now = m.states;
        m.states = now == &lists[0] ? &lists[1] : &lists[0];
        m.states->count = 0;
        m.round++;
        for (size_t i = 0; i < now->count; i++)
            take(&m, now->at[i], path);
    }
    return !*path && m.listed[length] == m.round;
}
