/* expression.c - ECMA 262's regular expressions as POSIX extended ones. */
#include "schema/expression.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "schema/class.h"

/* glibc takes time quadratic in the number of an upper bound. */
enum { MAX_LENGTH = 1000, MAX_GROUPS = 50, MAX_REPEAT = 1000, MAX_WEIGHT = 50000 };

struct translator {
    const char *at;
    FILE *out;
    const char *reason; /* why it failed, or NULL */
    size_t weight;      /* bytes written, repetitions written out */
    struct {
        size_t weight;    /* before the group */
        unsigned anchors; /* before the group */
    } groups[MAX_GROUPS]; /* those that are open */
    unsigned depth, anchors;
    size_t atom;     /* the weight before the last atom */
    bool repeatable; /* whether there is one */
    bool at_start;   /* of the pattern, a group or an alternative */
};

static bool refuse(struct translator *t, const char *reason)
{
    t->reason = reason;
    return false;
}

static void emit(struct translator *t, const char *text)
{
    (void)fputs(text, t->out);
    t->weight += strlen(text);
}

static void emit_byte(struct translator *t, int byte)
{
    (void)fputc(byte, t->out);
    t->weight++;
}

static void begin_atom(struct translator *t)
{
    t->atom = t->weight;
    t->repeatable = true;
}

static void emit_literal(struct translator *t, int c)
{
    begin_atom(t);
    if (strchr(".[]()*+?{}|^$\\", c))
        emit_byte(t, '\\');
    emit_byte(t, c);
}

static bool emit_class(struct translator *t, const struct cog_class *class)
{
    auto_free char *text = cog_class_text(class);

    begin_atom(t);
    emit(t, text ? text : "");
    return text || refuse(t, "an empty class");
}

/* `digits` hexadecimal ones, or -1. */
static long hexadecimal(struct translator *t, int digits)
{
    static const char known[] = "0123456789abcdefABCDEF";
    char number[8] = "";

    if ((int)strspn(t->at, known) < digits)
        return -1;
    memcpy(number, t->at, (size_t)digits);
    t->at += digits;
    return strtol(number, NULL, 16);
}

/* The character after a backslash; -1 when it is none, or none that is supported. */
static long escaped(struct translator *t)
{
    static const char letters[] = "tnvfr", meant[] = "\t\n\v\f\r";
    const char c = *t->at;
    const char *letter = c ? strchr(letters, c) : NULL;

    t->at += c != '\0';
    if (letter)
        return meant[letter - letters];
    if (c == 'x')
        return hexadecimal(t, 2);
    if (c == 'u')
        return hexadecimal(t, 4);
    if (c == 'c' && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", *t->at & ~0x20) && *t->at >= 'A')
        return *t->at++ & 0x1f;
    return c && strchr("^$\\.*+?()[]{}|/-,:;=!<>\"'#%&@_~` ", c) ? c : -1;
}

static void emit_point(struct translator *t, long point)
{
    if (point < 0x80) {
        emit_literal(t, (int)point);
        return;
    }
    begin_atom(t);
    emit_byte(t, '(');
    if (point < 0x800) {
        emit_byte(t, (int)(0xc0 | point >> 6));
    } else {
        emit_byte(t, (int)(0xe0 | point >> 12));
        emit_byte(t, (int)(0x80 | (point >> 6 & 0x3f)));
    }
    emit_byte(t, (int)(0x80 | (point & 0x3f)));
    emit_byte(t, ')');
}

static bool escape(struct translator *t)
{
    struct cog_class class;

    if (*t->at != '.' && cog_class_known(&class, *t->at)) {
        t->at++;
        return emit_class(t, &class);
    }
    long point = escaped(t);
    if (point <= 0 || (point >= 0xd800 && point < 0xe000))
        return refuse(t, "an escape that is not supported");
    emit_point(t, point);
    return true;
}

/* One character of a bracket, or, when `class` is given one, the class there: then 0. -1:
 * not supported. */
static long bracket_item(struct translator *t, struct cog_class *class)
{
    if (*t->at != '\\')
        return (unsigned char)*t->at < 0x80 ? *t->at++ : -1;
    t->at++;
    if (*t->at != '.' && cog_class_known(class, *t->at))
        return t->at++, 0;
    if (*t->at == 'b')
        return t->at++, '\b';
    long point = escaped(t);
    return point > 0 && point < 0x80 ? point : -1;
}

static bool bracket(struct translator *t)
{
    static const char reason[] = "a character or escape in brackets that is not supported";
    struct cog_class all = {0}, class;
    bool negated = *t->at == '^';

    t->at += negated;
    while (*t->at && *t->at != ']') {
        long first = bracket_item(t, &class), last = first;
        if (first < 0)
            return refuse(t, reason);
        if (*t->at == '-' && t->at[1] && t->at[1] != ']') {
            t->at++;
            last = bracket_item(t, &class);
            if (first == 0 || last < first)
                return refuse(t, reason);
        }
        if (first == 0)
            cog_class_add(&all, &class);
        else
            cog_class_add_range(&all, (int)first, (int)last);
    }
    if (*t->at++ != ']')
        return refuse(t, "a [ without its ]");
    if (negated)
        cog_class_complement(&all);
    return emit_class(t, &all);
}

static bool open_group(struct translator *t)
{
    if (t->depth == MAX_GROUPS)
        return refuse(t, "too many groups in each other");
    if (strncmp(t->at, "?:", 2) == 0)
        t->at += 2;
    else if (*t->at == '?')
        return refuse(t, "look-around or a named group");
    t->groups[t->depth].weight = t->weight;
    t->groups[t->depth++].anchors = t->anchors;
    emit_byte(t, '(');
    t->repeatable = false;
    t->at_start = true;
    return true;
}

static bool close_group(struct translator *t)
{
    if (t->depth == 0)
        return refuse(t, "a ) without its (");
    emit_byte(t, ')');
    t->atom = t->groups[--t->depth].weight;
    if (t->groups[t->depth].anchors != t->anchors && strchr("*+?{", *t->at) && *t->at)
        return refuse(t, "a repeated group with an anchor");
    t->repeatable = true;
    return true;
}

/* Anywhere else one could never match, and glibc 2.36 sometimes takes it to. */
static bool anchor(struct translator *t, char sign)
{
    if (sign == '^' ? !t->at_start : *t->at && !strchr("|)", *t->at))
        return refuse(t, "an anchor that is neither first nor last");
    t->anchors++;
    emit_byte(t, sign);
    t->repeatable = false;
    return true;
}

/* "{2}", "{2,}", "{2,3}": returns the largest number, or -1. */
static long bounds(struct translator *t)
{
    char *end;
    long least = strtol(t->at, &end, 10), most = least;

    if (end == t->at || !strchr("0123456789", *t->at))
        return -1;
    if (*end == ',') {
        const char *second = ++end;
        if (*second != '}') {
            most = strchr("0123456789", *second) ? strtol(second, &end, 10) : -1;
        }
    }
    if (*end != '}' || most < least || most > MAX_REPEAT)
        return -1;
    for (; t->at <= end; t->at++)
        emit_byte(t, *t->at);
    return most;
}

static bool repeat(struct translator *t, char sign)
{
    if (!t->repeatable)
        return refuse(t, "a repetition of nothing");
    size_t size = t->weight - t->atom;
    emit_byte(t, sign);
    long most = sign == '{' ? bounds(t) : 1;
    if (most < 0)
        return refuse(t, "a { that begins no repetition up to 1000");
    t->weight += size * (size_t)most;
    t->at += *t->at == '?'; /* lazy: what matches is the same */
    t->repeatable = false;
    return t->weight < MAX_WEIGHT || refuse(t, "too many repetitions");
}

/* A character above ASCII, as it stands. */
static void wide_literal(struct translator *t, int c)
{
    begin_atom(t);
    emit_byte(t, '(');
    emit_byte(t, c);
    while ((*t->at & 0xc0) == 0x80)
        emit_byte(t, *t->at++);
    emit_byte(t, ')');
}

static bool step(struct translator *t)
{
    struct cog_class class;
    const char c = *t->at++;

    if (c != '^')
        t->at_start = false; /* unless the group or alternative begins here */
    switch (c) {
    case '(':
        return open_group(t);
    case ')':
        return close_group(t);
    case '[':
        return bracket(t);
    case '\\':
        return escape(t);
    case '.':
        return cog_class_known(&class, '.') && emit_class(t, &class);
    case '*':
    case '+':
    case '?':
    case '{':
        return repeat(t, c);
    case ']':
    case '}':
        return refuse(t, "a bare ] or }; write \\] or \\}");
    case '^':
    case '$':
        return anchor(t, c);
    case '|':
        emit_byte(t, c);
        t->repeatable = false;
        t->at_start = true;
        return true;
    default:
        if ((unsigned char)c < 0x80)
            emit_literal(t, c);
        else
            wide_literal(t, (unsigned char)c);
        return true;
    }
}

char *cog_expression_translate(const char *pattern, const char **reason)
{
    char *text = NULL;
    size_t size;
    struct translator t = {
        .at = pattern, .out = cog_text_open(&text, &size), .at_start = true};

    if (strlen(pattern) > MAX_LENGTH)
        t.reason = "more than 1000 bytes";
    while (!t.reason && *t.at && step(&t))
        ;
    if (!t.reason && t.depth)
        t.reason = "a ( without its )";
    if (!*pattern)
        emit(&t, "()");
    cog_text_close(t.out, &text);
    *reason = t.reason;
    if (!t.reason)
        return text;
    free(text);
    return NULL;
}
