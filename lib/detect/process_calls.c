/* process_calls.c - finds the programs that a Python file starts.
 *
 * It goes through the tokens of the file without a grammar: a dotted name before a
 * parenthesis is a call, one before an equals sign a variable. A function that gives its
 * first parameter to one that starts programs, starts programs itself. */
#include "detect/process_calls.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/imports.h"
#include "detect/python_text.h"

struct scanner {
    struct cog_python text;
    json_t *aliases;  /* names, and the dotted names that they were imported from */
    json_t *calls;    /* NULL: wrappers are looked for */
    json_t *wrappers; /* "module.function" of those that start their first parameter */
    const char *module;
    char *function, *parameter; /* of the definition above; NULL: of none */
};

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
    static const char *const functions[] = {"deepspeed.init_inference",
                                            "deepspeed.initialize",
                                            "torch.compile",
                                            "torch.utils.cpp_extension.load",
                                            "torch.utils.cpp_extension.load_inline",
                                            "triton.autotune",
                                            "triton.jit"};

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

/* "module.function" of a name as it is called; the caller frees it. */
static char *wrapper_key(const struct scanner *s, const char *function)
{
    const char *dot = strrchr(function, '.'), *from = dot;

    if (!dot || strncmp(function, "self.", 5) == 0 || strncmp(function, "cls.", 4) == 0)
        return cog_printf("%s.%s", s->module, dot ? dot + 1 : function);
    while (from > function && from[-1] != '.')
        from--;
    return cog_strdup(from);
}

static bool is_wrapper(const struct scanner *s, const char *function)
{
    auto_free char *key = wrapper_key(s, function);

    return json_object_get(s->wrappers, key) != NULL;
}

/* Whether the argument at hand is the parameter, maybe split into words. */
static bool is_parameter(const struct scanner *s)
{
    struct cog_python argument = s->text;

    for (;;) {
        argument.at++;
        cog_python_skip_blanks(&argument);
        auto_free char *name = cog_python_name(&argument);
        name[strcspn(name, ".")] = '\0';
        if (strcmp(name, s->parameter) == 0)
            return *argument.at != '=';
        if ((strcmp(name, "shlex") != 0 || *argument.at != '(') &&
            (strcmp(name, "args") != 0 || *argument.at != '='))
            return false;
    }
}

static void forget_definition(struct scanner *s)
{
    free(s->function);
    free(s->parameter);
    s->function = s->parameter = NULL;
}

/* The name and the first parameter of a function; `at` is behind def. */
static void read_definition(struct scanner *s)
{
    forget_definition(s);
    cog_python_skip_blanks(&s->text);
    s->function = cog_python_name(&s->text);
    cog_python_skip_blanks(&s->text);
    while (*s->text.at && strchr("(*, \n", *s->text.at)) {
        cog_python_step(&s->text);
        cog_python_skip_blanks(&s->text);
        char *name = cog_python_name(&s->text);
        bool own = strcmp(name, "self") == 0 || strcmp(name, "cls") == 0;
        if (*name && !own) {
            s->parameter = name;
            return;
        }
        free(name);
    }
}

static void read_call(struct scanner *s, unsigned line)
{
    struct cog_python argument = s->text; /* it is gone through again, for calls in it */

    argument.at++;
    cog_python_skip_blanks(&argument);
    if (strncmp(argument.at, "args", 4) == 0 && !cog_python_is_word(argument.at[4])) {
        const char *equals = argument.at + 4 + strspn(argument.at + 4, " \t");
        if (*equals == '=')
            argument.at = equals + 1;
        cog_python_skip_blanks(&argument);
    }
    json_t *value = cog_python_value(&argument);
    if (json_is_null(value))
        json_decref(value);
    else
        json_array_append_new(s->calls,
                              json_pack("{s:i, s:o}", "line", (int)line, "value", value));
}

static void read_assignment(struct scanner *s, const char *name)
{
    struct cog_python value = s->text;

    value.at++;
    cog_python_skip_blanks(&value);
    if (s->parameter && strcmp(name, s->parameter) == 0 && strchr("[('\"", *value.at))
        forget_definition(s);
    if (!cog_python_is_string(&value) && *value.at != '[' && *value.at != '(')
        json_object_del(s->text.variables, name);
    else
        json_object_set_new(s->text.variables, name, cog_python_value(&value));
}

/* What a name before a parenthesis calls. */
static void read_function(struct scanner *s, const char *function, unsigned line)
{
    bool starts = starts_program(function);

    if (!s->calls && starts && s->parameter && is_parameter(s)) {
        auto_free char *key = wrapper_key(s, s->function);
        json_object_set_new(s->wrappers, key, json_true());
    }
    if (s->calls && (starts || is_wrapper(s, function)))
        read_call(s, line);
}

static void read_word(struct scanner *s)
{
    unsigned line = s->text.line;
    auto_free char *name = cog_python_name(&s->text);
    auto_free char *function = resolve(s, name);

    if (strcmp(name, "def") == 0) {
        read_definition(s);
        return;
    }
    if (s->calls && compiles(function))
        json_array_append_new(
            s->calls, json_pack("{s:i, s:s}", "line", (int)line, "compiler", function));
    while (*s->text.at == ' ' || *s->text.at == '\t')
        s->text.at++;
    if (*s->text.at == '(')
        read_function(s, function, line);
    else if (*s->text.at == '=' && s->text.at[1] != '=')
        read_assignment(s, name);
}

static void scan(struct scanner *s)
{
    json_decref(cog_module_imports(s->text.at, s->aliases));
    for (cog_python_skip_blanks(&s->text); *s->text.at; cog_python_skip_blanks(&s->text)) {
        if (cog_python_is_string(&s->text))
            json_decref(cog_python_strings(&s->text));
        else if (isdigit((unsigned char)*s->text.at))
            while (cog_python_is_word(*s->text.at))
                s->text.at++;
        else if (cog_python_is_word(*s->text.at))
            read_word(s);
        else
            cog_python_step(&s->text);
    }
    forget_definition(s);
}

void cog_process_wrappers(const char *text, const char *module, json_t *wrappers)
{
    json_auto_t *aliases = json_object(), *variables = json_object();
    struct scanner s = {.text = {text, 1, 0, variables},
                        .aliases = aliases,
                        .wrappers = wrappers,
                        .module = module};

    scan(&s);
}

json_t *cog_process_calls(const char *text, const char *module, json_t *wrappers)
{
    json_auto_t *aliases = json_object(), *variables = json_object();
    struct scanner s = {.text = {text, 1, 0, variables},
                        .aliases = aliases,
                        .calls = json_array(),
                        .wrappers = wrappers,
                        .module = module};

    scan(&s);
    return s.calls;
}
