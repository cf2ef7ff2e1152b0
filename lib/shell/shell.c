/* shell.c - reads the simple commands of a shell text. */
#include "shell/shell.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "shell/reader.h"

/* A command while it is read. */
struct command {
    json_t *words, *starts, *env, *writes;
};

static void skip_blanks(struct cog_shell_reader *r)
{
    for (;;) {
        r->at += strspn(r->at, " \t\r");
        if (*r->at != '\\' || r->at[1] != '\n')
            return;
        r->at += 2;
    }
}

static void command_init(struct command *c)
{
    *c = (struct command){json_array(), json_array(), json_object(), json_array()};
}

static void command_take(json_t *list, struct command *c)
{
    if (json_array_size(c->words) || json_object_size(c->env) ||
        json_array_size(c->writes)) {
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:o}", "words", c->words, "starts",
                                        c->starts, "env", c->env, "writes", c->writes));
        return;
    }
    json_decref(c->words);
    json_decref(c->starts);
    json_decref(c->env);
    json_decref(c->writes);
}

static const char *first_of(const struct command *c)
{
    const char *word = json_string_value(json_array_get(c->words, 0));

    return word ? word : "";
}

static void forget(struct command *c)
{
    json_array_clear(c->words);
    json_array_clear(c->starts);
}

/* Ends the command: what begins a loop or a choice is no program. */
static void finish(struct cog_shell_reader *r, struct command *c)
{
    static const char *const words[] = {"for", "case", "select", "function"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(first_of(c), words[i]) == 0)
            forget(c);
    command_take(r->commands, c);
    command_init(c);
}

/* What stands before a command and is no part of it. */
static bool is_reserved(const char *word)
{
    static const char *const words[] = {"!",    "{",    "}",     "do",   "done",
                                        "elif", "else", "esac",  "fi",   "if",
                                        "then", "time", "until", "while"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static void add_word(struct cog_shell_reader *r, struct command *c)
{
    const char *from = r->at;
    size_t length;
    bool first = !json_array_size(c->words);

    if (first && cog_shell_is_assignment(from, &length)) {
        auto_free char *name = cog_strndup(from, length);
        r->at += length + (from[length] == '+' ? 2 : 1);
        json_object_set_new(c->env, name, cog_shell_read_word(r));
        return;
    }
    json_t *word = cog_shell_read_word(r);
    const char *text = json_string_value(word);
    if (first && text && is_reserved(text) &&
        strlen(text) == (size_t)(r->at - from)) { /* as it is written */
        json_decref(word);
        return;
    }
    json_array_append_new(c->words, word);
    json_array_append_new(c->starts,
                          json_integer(r->nested ? -1 : (json_int_t)(from - r->start)));
}

/* The bodies of the here-documents that began in the line which ends here. */
static void skip_heredocs(struct cog_shell_reader *r)
{
    const json_t *end;
    size_t index;

    json_array_foreach(r->heredocs, index, end) {
        const char *text = json_string_value(end);
        bool found = false;
        while (*r->at && !found) {
            const char *line = r->at + strspn(r->at, "\t");
            size_t length = strcspn(line, "\n");
            found = text && length == strlen(text) && strncmp(line, text, length) == 0;
            r->at = line + length + (line[length] == '\n');
        }
    }
    json_array_clear(r->heredocs);
}

static void read_redirection(struct cog_shell_reader *r, struct command *c)
{
    bool out = *r->at == '>', here = strncmp(r->at, "<<", 2) == 0 && r->at[2] != '<';

    r->at += strspn(r->at, "<>");
    r->at += strspn(r->at, here ? "-" : "&|");
    skip_blanks(r);
    if (cog_shell_ends_word(*r->at) && !(strchr("<>", *r->at) && *r->at && r->at[1] == '('))
        return;
    json_t *word = cog_shell_read_word(r);
    if (here)
        json_array_append(r->heredocs, word);
    else if (out && json_is_string(word))
        json_array_append(c->writes, word);
    json_decref(word);
}

/* A parenthesis: of a function's definition, or of a subshell. */
static void read_parenthesis(struct cog_shell_reader *r, struct command *c)
{
    const char *behind = r->at + 1 + strspn(r->at + 1, " \t");

    if (*behind == ')' && json_array_size(c->words) == 1) {
        forget(c);
        r->at = behind + 1;
        return;
    }
    finish(r, c);
    r->at++;
    cog_shell_read_nested(r, ')');
}

/* What no word begins with. Returns false when the list ends. */
static bool read_operator(struct cog_shell_reader *r, struct command *c, char closer)
{
    char next = *r->at;

    if (next == ')' && closer == ')')
        return false;
    if (next == ')') { /* what stood before it is a pattern of case */
        forget(c);
        r->at++;
    } else if (next == '(') {
        read_parenthesis(r, c);
    } else if (next == '<' || next == '>') {
        read_redirection(r, c);
    } else if (next == '&' && r->at[1] == '>') {
        r->at++;
        read_redirection(r, c);
    } else {
        finish(r, c);
        r->at++;
        if (next == '\n')
            skip_heredocs(r);
    }
    return true;
}

static bool is_descriptor(const char *at)
{
    size_t digits = strspn(at, "0123456789");

    return digits && (at[digits] == '<' || at[digits] == '>');
}

void cog_shell_read_list(struct cog_shell_reader *r, char closer)
{
    struct command c;

    command_init(&c);
    while (!r->faulty) {
        skip_blanks(r);
        if (!*r->at)
            break;
        if (*r->at == '#')
            r->at += strcspn(r->at, "\n");
        else if (is_descriptor(r->at))
            r->at += strspn(r->at, "0123456789");
        else if (!cog_shell_ends_word(*r->at) || (strchr("<>", *r->at) && r->at[1] == '('))
            add_word(r, &c);
        else if (!read_operator(r, &c, closer))
            break;
    }
    finish(r, &c);
    command_take(r->commands, &c);
}

json_t *cog_shell_read(const char *text)
{
    struct cog_shell_reader r = {
        .start = text, .at = text, .commands = json_array(), .heredocs = json_array()};

    cog_shell_read_list(&r, '\0');
    json_decref(r.heredocs);
    if (!r.faulty)
        return r.commands;
    json_decref(r.commands);
    return NULL;
}
