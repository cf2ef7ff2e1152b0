/* module.c - the names that a Python file defines at its top level. */
#include "detect/module.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/logical_lines.h"

/* Where the line at hand stands. Nothing inside a function, or inside a class of a class,
 * is looked at. */
struct place {
    json_t *names;
    json_t *methods; /* of the class that the line is in; NULL: at the top level */
    unsigned class_indent;
    bool hidden; /* lines that stand deeper than hidden_indent are */
    unsigned hidden_indent;
    unsigned number;
};

static bool is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\f");
}

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (is_word(at[length]))
        length++;
    return length;
}

/* Moves `*at` behind the word and the blanks behind it, if it is the next. */
static bool take_word(const char **at, const char *word)
{
    size_t length = word_length(*at);

    if (length != strlen(word) || memcmp(*at, word, length) != 0)
        return false;
    *at = skip_blanks(*at + length);
    return true;
}

static bool take_any(const char **at, const char *const *words)
{
    for (; *words; words++) {
        if (take_word(at, *words))
            return true;
    }
    return false;
}

/* Takes over `value`. */
static void define(struct place *place, const char *name, size_t length, json_t *value)
{
    auto_free char *key = cog_strndup(name, length);
    json_t *scope = place->methods ? place->methods : place->names;

    json_object_set_new(value, "line", json_integer(place->number));
    if (length)
        json_object_set(scope, key, value);
    json_decref(value);
}

static void define_other(struct place *place, const char *name, size_t length)
{
    define(place, name, length,
           place->methods ? json_pack("{s:b}", "async", 0)
                          : json_pack("{s:s}", "kind", "other"));
}

static void read_function(struct place *place, const char *at, unsigned indent, bool async)
{
    json_t *value = json_pack("{s:b}", "async", async);

    if (!place->methods)
        json_object_set_new(value, "kind", json_string("function"));
    define(place, at, word_length(at), value);
    place->hidden = true;
    place->hidden_indent = indent;
}

static void read_class(struct place *place, const char *at, unsigned indent)
{
    if (place->methods) {
        define_other(place, at, word_length(at));
        place->hidden = true;
        place->hidden_indent = indent;
        return;
    }
    json_t *methods = json_object();
    define(place, at, word_length(at),
           json_pack("{s:s, s:o}", "kind", "class", "methods", methods));
    if (word_length(at)) {
        place->methods = methods; /* owned by the class */
        place->class_indent = indent;
    }
}

/* "a.b as c, d": what is behind `import`. */
static void read_imports(struct place *place, const char *at)
{
    for (;;) {
        at = skip_blanks(at + strspn(at, "(), \t"));
        const char *name = at;
        size_t length = word_length(at);
        if (*at == '*')
            json_object_set_new(place->names, "*", json_true());
        if (!length)
            return;
        at += strcspn(at, " \t,)");
        at = skip_blanks(at);
        if (take_word(&at, "as")) {
            name = at;
            length = word_length(at);
            at += length;
        }
        define_other(place, name, length);
    }
}

/* The next of `stops` outside of brackets, or the end. */
static const char *find_outside(const char *at, const char *end, const char *stops)
{
    size_t brackets = 0;

    for (; at < end && (brackets || !strchr(stops, *at)); at++) {
        if (strchr("([{", *at))
            brackets++;
        else if (brackets && strchr(")]}", *at))
            brackets--;
    }
    return at;
}

/* "a, (b, *c)": what is before a "=". */
static void read_targets(struct place *place, const char *at, const char *end)
{
    while ((at += strspn(at, " \t,()[]*")) < end) {
        size_t length = word_length(at);
        const char *behind = skip_blanks(at + length);
        if (length && !isdigit((unsigned char)*at) &&
            (behind >= end || strchr(",)]", *behind)))
            define_other(place, at, length);
        at = find_outside(behind, end, ",)]");
    }
}

/* "a = b = value", "a: type = value". */
static void read_assignment(struct place *place, const char *at, const char *end)
{
    for (const char *from = at, *colon = NULL; at < end; at++) {
        at = find_outside(at, end, "=:");
        if (at < end && *at == ':' && at[1] != '=') {
            colon = colon ? colon : at;
        } else if (at < end && at[1] == '=') {
            at++;
        } else if (at < end && *at == '=' &&
                   !strchr("!<>+-*/%@&|^", at > from ? at[-1] : ' ')) {
            read_targets(place, from, colon ? colon : at);
            from = at + 1;
        } else {
            return;
        }
    }
}

static void read_simple(struct place *place, const char *at, const char *end)
{
    auto_free char *copy = cog_strndup(at, (size_t)(end - at));
    const char *text = skip_blanks(copy);

    if (take_word(&text, "import")) {
        read_imports(place, text);
    } else if (take_word(&text, "from")) {
        text += strspn(text, ". \t");
        bool imports = take_word(&text, "import");
        if (!imports)
            text = skip_blanks(text + strcspn(text, " \t"));
        if (imports || take_word(&text, "import"))
            read_imports(place, text);
    } else {
        const char *name = text;
        if (take_word(&name, "type") && word_length(name))
            text = name;
        read_assignment(place, text, text + strlen(text));
    }
}

static void read_simples(struct place *place, const char *at)
{
    while (*at) {
        const char *end = at + strcspn(at, ";");
        read_simple(place, at, end);
        at = end + (*end == ';');
    }
}

static void read_line(struct place *place, const char *at, unsigned indent)
{
    static const char *const blocks[] = {"if",      "elif", "else", "try",   "except",
                                         "finally", "for",  "with", "while", NULL};
    bool async = take_word(&at, "async");

    if (take_word(&at, "def")) {
        read_function(place, at, indent, async);
    } else if (take_word(&at, "class")) {
        read_class(place, at, indent);
    } else if (take_any(&at, blocks)) {
        at = find_outside(at, at + strlen(at), ":");
        read_simples(place, at + (*at == ':'));
    } else {
        read_simples(place, at);
    }
}

json_t *cog_module_names(const char *text)
{
    struct place place = {.names = json_object()};
    struct cog_logical_line line;

    cog_logical_line_init(&line, text);
    while (cog_logical_line_next(&line)) {
        place.number = line.number;
        if (place.hidden && line.indent > place.hidden_indent)
            continue;
        place.hidden = false;
        if (place.methods && line.indent <= place.class_indent)
            place.methods = NULL;
        read_line(&place, line.text, line.indent);
    }
    cog_logical_line_release(&line);
    return place.names;
}
