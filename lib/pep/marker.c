/* marker.c - the grammar of markers, by recursive descent into a tree, and the tree as
 * text.
 */
#include "pep/marker.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "pep/name.h"
#include "pep/specifier.h"
#include "pep/string_literal.h"
#include "pep/tree.h"

enum { DEEPEST = 64 };

struct reader {
    const char *text, *next;
    unsigned depth;
    struct cog_fault *fault;
};

static struct cog_marker *parse_any(struct reader *r);

/* `marker` and those after it. */
static void free_all(struct cog_marker *marker)
{
    while (marker) {
        struct cog_marker *next = marker->next;
        cog_marker_free(marker);
        marker = next;
    }
}

void cog_marker_free(struct cog_marker *marker)
{
    if (!marker)
        return;
    free_all(marker->first);
    free(marker->left.text);
    free(marker->right.text);
    free(marker);
}

bool cog_marker_is_list(const char *name)
{
    return strcmp(name, "extras") == 0 || strcmp(name, "dependency_groups") == 0;
}

static int refuse(const struct reader *r, const char *what)
{
    *r->fault = (struct cog_fault){what, (size_t)(r->next - r->text)};
    return -1;
}

static void skip_spaces(struct reader *r)
{
    r->next += strspn(r->next, " \t");
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Takes `word` where it stands alone. */
static bool take_word(struct reader *r, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(r->next, word, length) != 0 || is_word(r->next[length]) ||
        (r->next > r->text && is_word(r->next[-1])))
        return false;
    r->next += length;
    return true;
}

/* Names as written, each with what it is called today. */
static const char *take_variable(struct reader *r)
{
    static const char *const names[][2] = {
        {"python_version", "python_version"},
        {"python_full_version", "python_full_version"},
        {"os_name", "os_name"},
        {"os.name", "os_name"},
        {"sys_platform", "sys_platform"},
        {"sys.platform", "sys_platform"},
        {"platform_release", "platform_release"},
        {"platform_system", "platform_system"},
        {"platform_version", "platform_version"},
        {"platform.version", "platform_version"},
        {"platform_machine", "platform_machine"},
        {"platform.machine", "platform_machine"},
        {"platform_python_implementation", "platform_python_implementation"},
        {"platform.python_implementation", "platform_python_implementation"},
        {"python_implementation", "platform_python_implementation"},
        {"implementation_name", "implementation_name"},
        {"implementation_version", "implementation_version"},
        {"extra", "extra"},
        {"extras", "extras"},
        {"dependency_groups", "dependency_groups"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (take_word(r, names[i][0]))
            return names[i][1];
    return NULL;
}

static int parse_operand(struct reader *r, struct cog_operand *operand)
{
    const char *name = take_variable(r);

    operand->variable = name != NULL;
    if (name) {
        operand->text = cog_strdup(name);
        return 0;
    }
    if (*r->next != '"' && *r->next != '\'')
        return refuse(r, is_word(*r->next)
                             ? "unknown marker variable; put text in quotes"
                             : "a variable such as python_version, or a text in quotes, "
                               "is expected");
    operand->text = cog_string_literal_read(&r->next, r->fault);
    if (operand->text)
        return 0;
    r->fault->at += (size_t)(r->next - r->text);
    return -1;
}

static int parse_operator(struct reader *r, struct cog_marker *marker)
{
    size_t length = cog_operator_length(r->next);
    const char *start = r->next;

    memcpy(marker->op, r->next, length);
    r->next += length;
    if (length)
        return 0;
    bool not = take_word(r, "not") && strspn(r->next, " \t");
    (void)snprintf(marker->op, sizeof marker->op, "%s", not ? "not in" : "in");
    skip_spaces(r);
    if ((not || r->next == start) && take_word(r, "in"))
        return 0;
    r->next = start;
    return refuse(r, "a comparison such as ==, <= or \"in\" is expected");
}

/* Extras and groups are compared by their normalised names (PEP 685). */
static void normalise(const struct cog_operand *by, struct cog_operand *literal,
                      bool groups)
{
    if (!by->variable || literal->variable ||
        (strcmp(by->text, "extra") != 0 && !(groups && cog_marker_is_list(by->text))))
        return;
    char *name = cog_name_normalise(literal->text, strlen(literal->text));
    free(literal->text);
    literal->text = name;
}

static int parse_comparison(struct reader *r, struct cog_marker *marker)
{
    if (parse_operand(r, &marker->left) < 0)
        return -1;
    skip_spaces(r);
    if (parse_operator(r, marker) < 0)
        return -1;
    skip_spaces(r);
    if (parse_operand(r, &marker->right) < 0)
        return -1;
    normalise(&marker->left, &marker->right, false);
    normalise(&marker->right, &marker->left, true);
    return 0;
}

static struct cog_marker *parse_group(struct reader *r)
{
    if (++r->depth > DEEPEST) {
        refuse(r, "too many parentheses within each other");
        return NULL;
    }
    r->next++;
    struct cog_marker *marker = parse_any(r);
    if (!marker)
        return NULL;
    if (*r->next != ')') {
        refuse(r, "\"and\", \"or\" or a ) is expected");
        cog_marker_free(marker);
        return NULL;
    }
    r->next++;
    r->depth--;
    marker->group = marker->kind != COG_COMPARISON;
    return marker;
}

static struct cog_marker *parse_item(struct reader *r)
{
    struct cog_marker *marker = cog_alloc(sizeof *marker);

    if (parse_comparison(r, marker) == 0)
        return marker;
    cog_marker_free(marker);
    return NULL;
}

static struct cog_marker *parse_atom(struct reader *r)
{
    skip_spaces(r);
    struct cog_marker *marker = *r->next == '(' ? parse_group(r) : parse_item(r);
    if (marker)
        skip_spaces(r);
    return marker;
}

/* What `parse` reads, once or more with `word` between: itself, or a list of `kind`. */
static struct cog_marker *parse_list(struct reader *r, enum cog_marker_kind kind,
                                     const char *word,
                                     struct cog_marker *(*parse)(struct reader *))
{
    struct cog_marker *first = parse(r), *last = first;

    while (last && take_word(r, word)) {
        last->next = parse(r);
        last = last->next;
        if (!last)
            free_all(first);
    }
    if (!last || last == first)
        return last;
    struct cog_marker *list = cog_alloc(sizeof *list);
    list->kind = kind;
    list->first = first;
    return list;
}

static struct cog_marker *parse_all(struct reader *r)
{
    return parse_list(r, COG_ALL, "and", parse_atom);
}

static struct cog_marker *parse_any(struct reader *r)
{
    return parse_list(r, COG_ANY, "or", parse_all);
}

struct cog_marker *cog_marker_parse(const char *text, struct cog_fault *fault)
{
    struct reader reader = {text, text, 0, fault};
    struct cog_marker *marker = parse_any(&reader);

    if (marker && *reader.next) {
        refuse(&reader, "\"and\", \"or\" or the end is expected");
        cog_marker_free(marker);
        return NULL;
    }
    return marker;
}

static void write_operand(FILE *out, const struct cog_operand *operand)
{
    if (operand->variable)
        (void)fputs(operand->text, out);
    else
        cog_string_literal_write(out, operand->text);
}

static void write_marker(FILE *out, const struct cog_marker *marker)
{
    if (marker->kind == COG_COMPARISON) {
        write_operand(out, &marker->left);
        (void)fprintf(out, " %s ", marker->op);
        write_operand(out, &marker->right);
    }
    for (const struct cog_marker *item = marker->first; item; item = item->next) {
        if (item != marker->first)
            (void)fputs(marker->kind == COG_ALL ? " and " : " or ", out);
        (void)fputs(item->group ? "(" : "", out);
        write_marker(out, item);
        (void)fputs(item->group ? ")" : "", out);
    }
}

char *cog_marker_text(const struct cog_marker *marker)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    write_marker(out, marker);
    cog_text_close(out, &text);
    return text;
}
