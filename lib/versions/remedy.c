/* remedy.c - recognises what is missing by the words of those that miss it.
 *
 * The words are those of dash, bash, env, make, glibc's loader, gcc and clang, Python, pip
 * and setuptools. */
#include "versions/remedy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "tree/glob.h"
#include "versions/tables.h"

enum missing { PROGRAM, HEADER, LIBRARY, MODULE };

/* The name of what is missing stands between `before` and `after`; where `before` is "", it
 * is the last word before `after`. */
static const struct form {
    enum missing missing;
    const char *before, *after;
} forms[] = {
    {HEADER, "fatal error: ", ": No such file or directory"},
    {HEADER, "fatal error: '", "' file not found"},
    {LIBRARY, "", ": cannot open shared object file"},
    {LIBRARY, "OSError: ", ": cannot open shared object"},
    {MODULE, "No module named '", "'"},
    {PROGRAM, "error: command '", "' failed: No such file"},
    {PROGRAM, "unable to execute '", "': No such file"},
    {PROGRAM, "No such file or directory: '", "'"},
    {PROGRAM, "Cannot find command '", "'"},
    {PROGRAM, "env: '", "': No such file"},
    {PROGRAM, "env: \xE2\x80\x98", "\xE2\x80\x99: No such file"},
    {PROGRAM, "make: ", ": No such file or directory"},
    {PROGRAM, "make: ", ": Command not found"},
    {PROGRAM, "", ": command not found"},
    {PROGRAM, "", ": not found"},
};

/* The name in the line, without a folder before a program; the caller frees it. NULL: the
 * line has another form. */
static char *find_name(const struct form *form, const char *line)
{
    const char *from = strstr(line, form->before), *to;

    from = from ? from + strlen(form->before) : NULL;
    to = from ? strstr(from, form->after) : NULL;
    if (!to)
        return NULL;
    if (!*form->before)
        for (from = to; from > line && !strchr(" :", from[-1]); from--)
            ;
    for (const char *c = from; form->missing == PROGRAM && c < to; c++)
        from = *c == '/' ? c + 1 : from;
    return cog_strndup(from, (size_t)(to - from));
}

/* The cell of the row whose first one matches; NULL: none does. */
static const char *look_up(const struct cog_table *table, const char *name, size_t column)
{
    for (size_t i = 0; i < table->count; i++)
        if (cog_glob_matches(table->rows[i][0], name))
            return table->rows[i][column];
    return NULL;
}

/* "\"a\", \"b\"" for "a b"; the caller frees it. */
static char *listed(const char *packages)
{
    char *list = NULL;

    for (const char *next = packages; next;) {
        auto_free char *package = cog_next_word(&next), *before = list;
        list = cog_printf("%s%s%s", before ? before : "", before ? ", " : "", package);
    }
    return list;
}

static char *add_packages(const char *what, const char *name, const char *packages)
{
    auto_free char *list = listed(packages);

    return cog_printf("the image lacks %s %s; add to cog.yaml's build: system_packages: "
                      "[%s]",
                      what, name, list);
}

static bool is_cuda(const char *name)
{
    static const char *const parts[] = {"nvcc",     "cuda.h",   "cuda_runtime", "cublas",
                                        "cusparse", "cusolver", "cudnn",        "libcudart",
                                        "cufft",    "curand",   "libnvrtc"};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(name, parts[i]))
            return true;
    return false;
}

static char *of_module(const char *name)
{
    static const char *const modules[][2] = {{"pkg_resources", "setuptools<81"},
                                             {"setuptools", "setuptools"},
                                             {"wheel", "wheel"},
                                             {"distutils", "setuptools"},
                                             {"Cython", "cython"}};

    if (strcmp(name, "torch") == 0)
        return cog_strdup("a package that is built with torch is to be installed after it, "
                          "by pip install --no-build-isolation in build.run");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (strcmp(modules[i][0], name) == 0)
            return cog_printf("the module %s is not installed; add a line to "
                              "requirements.txt: %s",
                              name, modules[i][1]);
    return NULL;
}

static char *of_name(const struct cog_tables *data, enum missing missing, const char *name)
{
    const char *packages;

    if (missing == MODULE)
        return of_module(name);
    if (is_cuda(name))
        return cog_printf(
            "the image lacks CUDA's %s; set in cog.yaml's build: gpu: true, and "
            "cuda: to the version that is compiled for",
            name);
    if (missing == PROGRAM && strcmp(name, "add-apt-repository") == 0)
        return cog_strdup(
            "add-apt-repository is Ubuntu's, and its archives do not fit Debian; "
            "take the packages from system_packages, or an image of Ubuntu's by "
            "--base");
    if (missing == PROGRAM) {
        packages = look_up(&data->by_name[COG_TABLE_PROGRAMS], name, COG_PROGRAM_PACKAGES);
        return packages ? add_packages("the program", name, packages) : NULL;
    }
    packages = look_up(&data->by_name[COG_TABLE_FILES], name, COG_FILE_PACKAGE);
    return packages ? add_packages(missing == HEADER ? "the header" : "the library", name,
                                   packages)
                    : NULL;
}

char *cog_remedy(const char *line)
{
    struct cog_diags unused;
    struct cog_tables data;
    char *remedy = NULL;

    if (strstr(line, "CUDA_HOME environment variable is not set"))
        return cog_strdup("the image lacks CUDA's compiler; set in cog.yaml's build: gpu: "
                          "true, and cuda: to the version that is compiled for");
    cog_diags_init(&unused, "");
    (void)cog_tables_load(&data, NULL, NULL, &unused);
    for (size_t i = 0; !remedy && i < sizeof forms / sizeof *forms; i++) {
        auto_free char *name = find_name(&forms[i], line);
        remedy = name ? of_name(&data, forms[i].missing, name) : NULL;
    }
    cog_tables_release(&data);
    cog_diags_release(&unused);
    return remedy;
}
