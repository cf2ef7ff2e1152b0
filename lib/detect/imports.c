/* imports.c - what a Python file imports. */
#include "detect/imports.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/logical_lines.h"

static bool is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* A dotted name with dots before it, at `*at`, which moves behind it. The caller frees it.
 */
static char *take_dotted(const char **at)
{
    *at += strspn(*at, " \t(),");
    const char *from = *at;
    while (is_word(**at) || **at == '.')
        ++*at;
    return cog_strndup(from, (size_t)(*at - from));
}

static bool take_keyword(const char **at, const char *word)
{
    size_t length = strlen(word);
    const char *from = *at + strspn(*at, " \t");

    if (strncmp(from, word, length) != 0 || is_word(from[length]))
        return false;
    *at = from + length;
    return true;
}

/* "a.b as c, d", or behind "from MODULE import" the names of it. */
static void read_imports(const char *at, const char *module, json_t *modules,
                         json_t *aliases)
{
    for (;;) {
        auto_free char *name = take_dotted(&at);
        if (!*name)
            return;
        bool dots = module && !module[strspn(module, ".")];
        auto_free char *whole =
            cog_printf("%s%s%s", module ? module : "", module && !dots ? "." : "", name);
        auto_free char *as =
            take_keyword(&at, "as") ? take_dotted(&at) : cog_strdup(module ? name : "");
        json_object_set_new(modules, whole, json_true());
        if (*as)
            json_object_set_new(aliases, as, json_string(whole));
    }
}

static void read_import_line(const char *at, json_t *modules, json_t *aliases)
{
    if (take_keyword(&at, "import")) {
        read_imports(at, NULL, modules, aliases);
    } else if (take_keyword(&at, "from")) {
        auto_free char *module = take_dotted(&at);
        json_object_set_new(modules, module, json_true());
        if (take_keyword(&at, "import"))
            read_imports(at, module, modules, aliases);
    }
}

json_t *cog_module_imports(const char *text, json_t *aliases)
{
    json_t *modules = json_object();
    struct cog_logical_line line;

    cog_logical_line_init(&line, text);
    while (cog_logical_line_next(&line))
        read_import_line(line.text, modules, aliases);
    cog_logical_line_release(&line);
    return modules;
}
