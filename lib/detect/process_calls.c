/* process_calls.c - finds the programs that a Python file starts.
 *
 * It goes through the tokens of the file without a grammar: a dotted name before a
 * parenthesis is a call, one before an equals sign a variable. */
#include "detect/process_calls.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "detect/imports.h"

enum { MAX_NESTING = 32 };

struct scanner {
    const char *at;
    unsigned line, nesting;
    json_t *aliases;   /* names, and the dotted names that they were imported from */
    json_t *variables; /* names, and the literals that they stand for */
    json_t *calls;
};

static json_t *read_value(struct scanner *s);

static bool is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static void step(struct scanner *s)
{
    s->line += *s->at == '\n';
    s->at++;
}

static void skip_blanks(struct scanner *s)
{
    while (*s->at && (isspace((unsigned char)*s->at) || *s->at == '\\' || *s->at == '#')) {
        if (*s->at == '#')
            s->at += strcspn(s->at, "\n");
        else
            step(s);
    }
}

/* --- strings --- */

/* The length of the prefix of a string at `at`, as in rb""; -1: there is no string. */
static int prefix_length(const char *at)
{
    int length = 0;

    while (length < 2 && at[length] && strchr("rRbBfFuUtT", at[length]))
        length++;
    return at[length] == '"' || at[length] == '\'' ? length : -1;
}

static void read_escape(struct scanner *s, FILE *out, bool raw)
{
    if (raw)
        (void)fputc('\\', out);
    step(s);
    if (*s->at && (raw || *s->at != '\n'))
        (void)fputc(!raw && *s->at == 'n' ? '\n' : *s->at, out);
    if (*s->at)
        step(s);
}

/* A field of a formatted string, which the opening brace at `at` begins. */
static void skip_field(struct scanner *s, char quote)
{
    unsigned braces = 0;

    do {
        braces += *s->at == '{';
        braces -= *s->at == '}';
        step(s);
    } while (*s->at && braces && *s->at != quote);
}

/* One string; `at` is at its prefix. */
static void read_string(struct scanner *s, FILE *out)
{
    bool raw = false, formatted = false;

    for (; *s->at != '"' && *s->at != '\''; s->at++) {
        raw |= strchr("rR", *s->at) != NULL;
        formatted |= strchr("fFtT", *s->at) != NULL;
    }
    char quote = *s->at, triple[] = {quote, quote, quote, '\0'};
    size_t size = strncmp(s->at, triple, 3) == 0 ? 3 : 1;
    s->at += size;
    while (*s->at && strncmp(s->at, triple, size) != 0 && (size == 3 || *s->at != '\n')) {
        if (*s->at == '\\') {
            read_escape(s, out, raw);
        } else if (formatted && *s->at == '{' && s->at[1] != '{') {
            skip_field(s, quote);
            (void)fputs("$_", out);
        } else {
            s->at += formatted && strchr("{}", *s->at) && s->at[1] == *s->at;
            (void)fputc(*s->at, out);
            step(s);
        }
    }
    if (strncmp(s->at, triple, size) == 0)
        s->at += size;
}

/* Strings beside each other are one. */
static json_t *read_strings(struct scanner *s)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    while (prefix_length(s->at) >= 0) {
        read_string(s, out);
        skip_blanks(s);
        if (*s->at == '+') { /* what is added is read when it is a string as well */
            s->at++;
            skip_blanks(s);
            if (prefix_length(s->at) < 0)
                (void)fputs("$_", out);
        }
    }
    cog_text_close(out, &text);
    json_t *value = json_string(text);
    free(text);
    return value ? value : json_null();
}

/* --- values --- */

/* Moves behind the value at hand, to the comma or bracket that ends it. */
static void skip_rest(struct scanner *s)
{
    unsigned brackets = 0;

    for (skip_blanks(s); *s->at; skip_blanks(s)) {
        if (!brackets && strchr(",)]}", *s->at))
            return;
        if (prefix_length(s->at) >= 0) {
            json_decref(read_strings(s));
            continue;
        }
        brackets += strchr("([{", *s->at) != NULL;
        brackets -= strchr(")]}", *s->at) != NULL;
        bool word = is_word(*s->at);
        step(s);
        while (word && is_word(*s->at)) /* so that its end is no prefix */
            s->at++;
    }
}

/* A list or tuple; `at` is at its bracket. */
static json_t *read_items(struct scanner *s, char closer)
{
    json_t *list = json_array();

    s->at++;
    for (skip_blanks(s); *s->at && *s->at != closer; skip_blanks(s)) {
        json_array_append_new(list, read_value(s));
        skip_rest(s);
        if (*s->at != ',')
            break;
        s->at++;
    }
    if (*s->at == closer)
        s->at++;
    return list;
}

/* The dotted name at `at`; the caller frees it. */
static char *read_name(struct scanner *s)
{
    const char *from = s->at;

    while (is_word(*s->at) || (*s->at == '.' && is_word(s->at[1])))
        s->at++;
    return cog_strndup(from, (size_t)(s->at - from));
}

static json_t *read_variable(struct scanner *s)
{
    auto_free char *name = read_name(s);
    json_t *value = json_object_get(s->variables, name);

    skip_blanks(s);
    if (*s->at == '(' && strcmp(name, "shlex.split") == 0) {
        s->at++;
        skip_blanks(s);
        return read_value(s);
    }
    return value && *s->at != '(' ? json_incref(value) : json_null();
}

/* In parentheses a string may stand alone. */
static json_t *read_parentheses(struct scanner *s)
{
    json_t *items = read_items(s, ')'), *only = json_array_get(items, 0);

    if (json_array_size(items) != 1 || !json_is_string(only) || s->at[-2] == ',')
        return items;
    json_incref(only);
    json_decref(items);
    return only;
}

static json_t *read_value(struct scanner *s)
{
    json_t *value = NULL;

    if (++s->nesting > MAX_NESTING)
        value = json_null();
    else if (prefix_length(s->at) >= 0)
        value = read_strings(s);
    else if (*s->at == '[')
        value = read_items(s, ']');
    else if (*s->at == '(')
        value = read_parentheses(s);
    else if (is_word(*s->at) && !isdigit((unsigned char)*s->at))
        value = read_variable(s);
    s->nesting--;
    return value ? value : json_null();
}

/* --- calls --- */

static bool starts_program(const char *function)
{
    static const char *const functions[] = {"asyncio.create_subprocess_exec",
                                            "asyncio.create_subprocess_shell",
                                            "os.execlp",
                                            "os.execv",
                                            "os.execvp",
                                            "os.popen",
                                            "os.system",
                                            "shutil.which",
                                            "subprocess.Popen",
                                            "subprocess.call",
                                            "subprocess.check_call",
                                            "subprocess.check_output",
                                            "subprocess.getoutput",
                                            "subprocess.getstatusoutput",
                                            "subprocess.run"};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i], function) == 0)
            return true;
    return false;
}

/* Whether it calls a compiler when it runs, or makes what does. */
static bool compiles(const char *function)
{
    static const char *const functions[] = {
        "torch.compile", "torch.utils.cpp_extension.load",
        "torch.utils.cpp_extension.load_inline", "triton.autotune", "triton.jit"};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i], function) == 0)
            return true;
    return false;
}

/* The name with its first part replaced by what that was imported from; the caller frees
 * it.
 */
static char *resolve(const struct scanner *s, const char *name)
{
    size_t length = strcspn(name, ".");
    auto_free char *first = cog_strndup(name, length);
    const char *from = json_string_value(json_object_get(s->aliases, first));

    return cog_printf("%s%s", from ? from : first, name + length);
}

static void read_call(struct scanner *s, unsigned line)
{
    struct scanner argument = *s; /* it is gone through again, for calls in it */

    argument.at++;
    skip_blanks(&argument);
    if (strncmp(argument.at, "args", 4) == 0 && !is_word(argument.at[4])) {
        const char *equals = argument.at + 4 + strspn(argument.at + 4, " \t");
        if (*equals == '=')
            argument.at = equals + 1;
        skip_blanks(&argument);
    }
    json_t *value = read_value(&argument);
    if (json_is_null(value))
        json_decref(value);
    else
        json_array_append_new(s->calls,
                              json_pack("{s:i, s:o}", "line", (int)line, "value", value));
}

static void read_assignment(struct scanner *s, const char *name)
{
    struct scanner value = *s;

    value.at++;
    skip_blanks(&value);
    if (prefix_length(value.at) < 0 && *value.at != '[' && *value.at != '(')
        json_object_del(s->variables, name);
    else
        json_object_set_new(s->variables, name, read_value(&value));
}

static void read_word(struct scanner *s)
{
    unsigned line = s->line;
    auto_free char *name = read_name(s);
    auto_free char *function = resolve(s, name);

    if (compiles(function))
        json_array_append_new(
            s->calls, json_pack("{s:i, s:s}", "line", (int)line, "compiler", function));
    while (*s->at == ' ' || *s->at == '\t')
        s->at++;
    if (*s->at == '(' && starts_program(function))
        read_call(s, line);
    else if (*s->at == '=' && s->at[1] != '=')
        read_assignment(s, name);
}

json_t *cog_process_calls(const char *text)
{
    json_auto_t *aliases = json_object(), *variables = json_object();
    struct scanner s = {text, 1, 0, aliases, variables, json_array()};

    json_decref(cog_module_imports(text, aliases));
    for (skip_blanks(&s); *s.at; skip_blanks(&s)) {
        if (prefix_length(s.at) >= 0)
            json_decref(read_strings(&s));
        else if (isdigit((unsigned char)*s.at))
            while (is_word(*s.at))
                s.at++;
        else if (is_word(*s.at))
            read_word(&s);
        else
            step(&s);
    }
    return s.calls;
}
