/* syntax.c - says what is wrong with text that libyaml cannot read, and what to do. */
#include <string.h>

#include "base/alloc.h"
#include "yaml/reader.h"

struct cog_pos cog_yaml_place(const struct cog_yaml_reader *r, yaml_mark_t mark)
{
    return (struct cog_pos){r->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* The place of a byte; line breaks are LF, CR LF and CR. */
static struct cog_pos place_of_byte(const struct cog_yaml_reader *r, size_t offset)
{
    struct cog_pos at = {r->file, 1, 1};

    for (size_t i = 0; i < offset && i < r->size; i++) {
        bool line_ends =
            r->text[i] == '\n' ||
            (r->text[i] == '\r' && (i + 1 >= r->size || r->text[i + 1] != '\n'));
        at.line += line_ends;
        at.column = line_ends ? 1 : at.column + begins_character(r->text[i]);
    }
    return at;
}

static void explain_encoding(const struct cog_yaml_reader *r, const char *problem)
{
    struct cog_pos at = place_of_byte(r, r->parser.problem_offset);

    if (memchr(r->text, '\0', r->size))
        cog_report(r->diags, COG_ERROR, at, "yaml.encoding",
                   "a NUL byte, as UTF-16 and binary files have; save the file as UTF-8");
    else if (strstr(problem, "control characters"))
        cog_report(r->diags, COG_ERROR, at, "yaml.encoding",
                   "the control character %02X; remove it",
                   (unsigned)r->parser.problem_value);
    else
        cog_report(r->diags, COG_ERROR, at, "yaml.encoding", "%s; save the file as UTF-8",
                   problem);
}

int cog_yaml_check_breaks(const struct cog_yaml_reader *r)
{
    static const char *const breaks[] = {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    static const char *const escapes[] = {"\\N", "\\L", "\\P"};
    int result = 0;

    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        const char *found = strstr(r->text, breaks[i]);
        if (found)
            result =
                cog_report(r->diags, COG_ERROR, place_of_byte(r, (size_t)(found - r->text)),
                           "yaml.encoding",
                           "a line break that only YAML 1.1 has; write \"%s\" or remove it",
                           escapes[i]);
    }
    return result;
}

/* The character that `mark` points at; its first byte. */
static char character(const struct cog_yaml_reader *r, yaml_mark_t mark)
{
    size_t index = 0;

    for (size_t i = 0; i < r->size; i++)
        if (begins_character(r->text[i]) && index++ == mark.index)
            return r->text[i];
    return '\0';
}

static void explain_character(const struct cog_yaml_reader *r)
{
    struct cog_pos at = cog_yaml_place(r, r->parser.problem_mark);
    char found = character(r, r->parser.problem_mark);

    if (found == '\t')
        cog_report(r->diags, COG_ERROR, at, "yaml.syntax",
                   "a tab cannot indent; use spaces");
    else
        cog_report(r->diags, COG_ERROR, at, "yaml.syntax",
                   "a value cannot begin with %c; put it into quotes", found);
}

/* What to do about the parser's more frequent complaints. */
static const char *advice(const char *problem)
{
    static const struct {
        const char *problem, *advice;
    } known[] = {
        {"mapping values are not allowed",
         "; indent by two spaces a level, and put a value with \": \" in it into quotes"},
        {"block sequence entries are not allowed", "; put the list on lines of its own"},
        {"did not find expected key", "; indent by two spaces a level"},
        {"did not find expected '-' indicator", "; indent by two spaces a level"},
        {"could not find expected ':'", "; write NAME: VALUE"},
        {"found unexpected end of stream", "; a quote is not closed"},
        {"did not find expected ',' or", "; a bracket is not closed"},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(problem, known[i].problem))
            return known[i].advice;
    return "";
}

void cog_yaml_explain(const struct cog_yaml_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    struct cog_pos at = cog_yaml_place(r, p->problem_mark);
    const char *problem = p->problem ? p->problem : "bad YAML";

    if (p->error == YAML_MEMORY_ERROR)
        cog_out_of_memory();
    if (p->error == YAML_READER_ERROR)
        explain_encoding(r, problem);
    else if (strstr(problem, "cannot start any token"))
        explain_character(r);
    else if (p->context)
        cog_report(r->diags, COG_ERROR, at, "yaml.syntax",
                   "%s %s that begins at line %zu%s", problem, p->context,
                   p->context_mark.line + 1, advice(problem));
    else
        cog_report(r->diags, COG_ERROR, at, "yaml.syntax", "%s%s", problem,
                   advice(problem));
}
