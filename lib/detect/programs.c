/* programs.c - the programs that build.run and the project's Python call, and what their
 * commands install.
 *
 * Read are the predictor's file, the trainer's, and those of the project that they import,
 * directly or not. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "detect/detect.h"
#include "detect/imports.h"
#include "detect/process_calls.h"
#include "pep/package.h"
#include "pep/url.h"
#include "shell/calls.h"

enum { MAX_FILES = 1000, MAX_SOURCE_BYTES = 1 << 20 };

struct sources {
    const struct cog_scan *scan;
    struct cog_calls calls;
    json_t *compilers; /* functions that compile when they run, and where they are named */
    json_t *queue;     /* files, each once */
    json_t *seen;
    json_t *wrappers; /* functions of theirs that start programs */
};

/* --- build.run --- */

static void add_unread(const struct cog_scan *scan, const char *reason, json_t *origin)
{
    json_t *list = json_object_get(scan->facts, "unread_commands");

    if (!list) {
        list = json_array();
        json_object_set_new(scan->facts, "unread_commands", list);
    }
    json_array_append_new(list,
                          json_pack("{s:s, s:O}", "reason", reason, "origin", origin));
}

static void read_commands(struct sources *s)
{
    const struct cog_config *config = s->scan->config;

    for (size_t i = 0; i < config->command_count; i++) {
        json_auto_t *origin = cog_pos_json(config->commands[i].at);
        const char *fault = cog_calls_add(&s->calls, config->commands[i].command, origin);
        if (fault)
            add_unread(s->scan, fault, origin);
    }
}

/* --- the project's Python --- */

/* The text of a source file, which the caller frees; NULL when there is none that can be
 * read: Python will say so. */
static char *read_source(const struct sources *s, const char *path)
{
    auto_free char *full = cog_path_join(s->scan->root, path);
    struct cog_diags unused;
    size_t size;

    if (access(full, R_OK) != 0)
        return NULL;
    cog_diags_init(&unused, "");
    char *text = cog_read_file(full, MAX_SOURCE_BYTES, &size, &unused);
    cog_diags_release(&unused);
    return text;
}

static void add_file(struct sources *s, const char *path)
{
    if (!path || json_object_get(s->seen, path) || json_array_size(s->queue) >= MAX_FILES)
        return;
    json_object_set_new(s->seen, path, json_true());
    json_array_append_new(s->queue, json_string(path));
}

/* The files that the module may be, below a folder of the project ("" for its top). */
static void add_module(struct sources *s, const char *folder, const char *module)
{
    auto_free char *part = cog_strdup(module);

    for (char *dot = part; (dot = strchr(dot, '.'));)
        *dot = '/';
    const char *slash = *folder && *part ? "/" : "";
    auto_free char *file = cog_printf("%s%s%s.py", folder, slash, part);
    auto_free char *package = cog_printf("%s%s%s/__init__.py", folder, slash, part);
    auto_free char *file_inside = cog_path_inside("", file);
    auto_free char *package_inside = cog_path_inside("", package);
    add_file(s, file_inside);
    add_file(s, package_inside);
}

/* A folder `up` levels above that of `path`; the caller frees it. */
static char *folder_above(const char *path, size_t up)
{
    char *folder = cog_strdup(path);

    for (size_t i = 0; i <= up; i++) {
        char *slash = strrchr(folder, '/');
        *(slash ? slash : folder) = '\0';
    }
    return folder;
}

/* The module, and the packages that it is in, which are run first. */
static void add_module_and_packages(struct sources *s, const char *folder,
                                    const char *module)
{
    for (const char *dot = strchr(module, '.'); dot; dot = strchr(dot + 1, '.')) {
        auto_free char *package = cog_strndup(module, (size_t)(dot - module));
        add_module(s, folder, package);
    }
    add_module(s, folder, module);
}

static void add_import(struct sources *s, const char *from, const char *module)
{
    const json_t *path;
    size_t dots = strspn(module, "."), index;
    auto_free char *folder = folder_above(from, dots ? dots - 1 : 0);

    add_module_and_packages(s, folder, module + dots);
    if (dots)
        return;
    add_module_and_packages(s, "", module);
    json_array_foreach(json_object_get(s->scan->facts, "import_paths"), index, path) {
        add_module_and_packages(s, json_string_value(json_object_get(path, "path")),
                                module);
    }
}

/* The name by which others import the file; the caller frees it. */
static char *module_of(const char *path)
{
    static const char package[] = "/__init__.py";
    size_t end = strlen(path) - (cog_text_ends(path, package) ? sizeof package - 1 : 3);
    size_t from = end;

    while (from && path[from - 1] != '/')
        from--;
    return cog_strndup(path + from, end - from);
}

static void add_calls(struct sources *s, const char *path)
{
    auto_free char *text = read_source(s, path);
    auto_free char *module = module_of(path);
    json_auto_t *calls = text ? cog_process_calls(text, module, s->wrappers) : NULL;
    const json_t *call, *value;
    size_t index;

    json_array_foreach(calls, index, call) {
        json_int_t line = json_integer_value(json_object_get(call, "line"));
        json_auto_t *origin = cog_pos_json((struct cog_pos){path, (unsigned)line, 0});
        const char *compiler = json_string_value(json_object_get(call, "compiler"));
        value = json_object_get(call, "value");
        if (compiler && !json_object_get(s->compilers, compiler))
            json_object_set(s->compilers, compiler, origin);
        else if (json_is_string(value))
            (void)cog_calls_add(&s->calls, json_string_value(value), origin);
        else if (value)
            cog_calls_add_words(&s->calls, value, origin);
    }
}

static void read_file(struct sources *s, const char *path)
{
    auto_free char *text = read_source(s, path);
    auto_free char *module = module_of(path);
    json_auto_t *aliases = json_object();
    const char *imported;
    json_t *value;

    if (!text)
        return;
    json_auto_t *modules = cog_module_imports(text, aliases);
    json_object_foreach(modules, imported, value) {
        add_import(s, path, imported);
    }
    cog_process_wrappers(text, module, s->wrappers);
}

static void read_files(struct sources *s)
{
    static const char *const entries[] = {"predictor", "train"};
    const json_t *facts = s->scan->facts;

    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        add_file(s, json_string_value(
                        json_object_get(json_object_get(facts, entries[i]), "file")));
    for (size_t i = 0; i < json_array_size(s->queue); i++)
        read_file(s, json_string_value(json_array_get(s->queue, i)));
    for (size_t i = 0; i < json_array_size(s->queue); i++)
        add_calls(s, json_string_value(json_array_get(s->queue, i)));
}

/* --- facts --- */

/* An array of {name, origin}, the fact of that name, unless it is empty. */
static void set_named(const struct cog_scan *scan, const char *fact, const json_t *object)
{
    json_t *list = json_array(), *origin;
    const char *name;

    json_object_foreach((json_t *)object, name, origin) {
        json_array_append_new(list,
                              json_pack("{s:s, s:O}", "name", name, "origin", origin));
    }
    if (json_array_size(list))
        json_object_set(scan->facts, fact, list);
    json_decref(list);
}

/* What pip is to install, read as a line of a requirements file; what is none stays text.
 */
static void read_requirement(json_t *item)
{
    const char *text = json_string_value(json_object_get(item, "text")),
               *options = json_string_value(json_object_get(item, "options"));
    struct cog_diags unused;
    const struct cog_pos at = {.file = "build.run"}; /* which nobody will read */
    static const char *const members[] = {"name", "specifier", "url", "path"};

    cog_diags_init(&unused, "");
    json_auto_t *package = strcmp(options, "--editable") == 0
                               ? cog_package_read_editable(text, at, &unused)
                               : cog_package_read(text, at, &unused);
    cog_diags_release(&unused);
    if (cog_is_url(text))
        json_object_set(item, "url", json_object_get(item, "text"));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_t *value = json_object_get(package, members[i]);
        if (json_is_string(value))
            json_object_set(item, members[i], value);
    }
}

static void set_installs(const struct sources *s)
{
    json_t *item;
    size_t index;

    json_array_foreach(s->calls.installs, index, item) {
        if (strcmp(json_string_value(json_object_get(item, "by")), "pip") == 0)
            read_requirement(item);
    }
    if (json_array_size(s->calls.installs))
        json_object_set(s->scan->facts, "installs", s->calls.installs);
}

int cog_detect_programs(const struct cog_scan *scan)
{
    struct sources sources = {.scan = scan,
                              .compilers = json_object(),
                              .queue = json_array(),
                              .seen = json_object(),
                              .wrappers = json_object()};

    cog_calls_init(&sources.calls);
    read_commands(&sources);
    sources.calls.keeps_sudo = true;
    read_files(&sources);
    set_named(scan, "programs", sources.calls.programs);
    set_named(scan, "command_variables", sources.calls.variables);
    set_named(scan, "compilers", sources.compilers);
    set_installs(&sources);
    cog_calls_release(&sources.calls);
    json_decref(sources.compilers);
    json_decref(sources.queue);
    json_decref(sources.seen);
    json_decref(sources.wrappers);
    return 0;
}
