/* packages.c - finds out which file says which Python packages the project needs, and has
 * it read. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "detect/detect.h"
#include "detect/package_source.h"
#include "manifest/manifest.h"
#include "pep/requirements.h"
#include "toml/toml.h"

enum { MAX_BYTES = 16 << 20 };

/* A file of the project and, when it is TOML, what it says. */
struct document {
    char *file, *text;
    size_t size;
    struct cog_toml own;          /* of a script's block */
    struct cog_manifest manifest; /* of `file` and what it says in TOML */
};

static void document_release(struct document *d)
{
    if (d->own.value)
        cog_toml_release(&d->own);
    free(d->file);
    free(d->text);
}

static void document_init_take(struct document *d, const struct cog_scan *scan, char *file)
{
    *d = (struct document){.file = file};
    d->manifest =
        (struct cog_manifest){.file = file, .facts = scan->facts, .diags = scan->diags};
}

/* Reads `file`, which is taken, whole. Returns 0; 1: there is none; -1 after diagnostics.
 */
static int document_read_take(struct document *d, const struct cog_scan *scan, char *file)
{
    auto_free char *path = cog_path_join(scan->root, file);

    document_init_take(d, scan, file);
    if (access(path, F_OK) != 0)
        return 1;
    d->text = cog_read_file(path, MAX_BYTES, &d->size, scan->diags);
    return d->text ? 0 : -1;
}

/* Likewise, as TOML. */
static int document_load_take(struct document *d, const struct cog_scan *scan, char *file)
{
    document_init_take(d, scan, file);
    return cog_scan_toml(scan, file, &d->manifest.toml);
}

/* The block of PEP 723 in a Python file; 1: there is none. */
static int document_load_script_take(struct document *d, const struct cog_scan *scan,
                                     char *file)
{
    int result = document_read_take(d, scan, file);
    char *block =
        result == 0 ? cog_script_block(d->text, d->file, &result, scan->diags) : NULL;

    if (!block)
        return result < 0 ? -1 : 1;
    free(d->text);
    d->text = block;
    d->size = strlen(block);
    if (cog_toml_load(&d->own, block, d->size, d->file, scan->diags) < 0) {
        d->own.value = NULL;
        return -1;
    }
    d->manifest.toml = &d->own;
    return 0;
}

/* What a document says, or NULL. */
static const json_t *value_of(const struct document *d)
{
    return d->manifest.toml ? d->manifest.toml->value : NULL;
}

/* What is read for the choice and for the chosen one. */
struct packages {
    const struct cog_scan *scan;
    struct document pyproject, script; /* of the chosen one's folder; may be empty */
    struct cog_package_sources choice;
    char *named; /* the file that cog.yaml names, or NULL */
};

/* `name` in the folder of the named file, or in the project's. */
static char *beside(const struct packages *p, const char *name)
{
    return cog_path_inside(p->named ? p->named : "", name);
}

/* The Python file whose block counts: the predictor's, or that of a named script or lock.
 */
static char *script_file(const struct packages *p)
{
    const json_t *predictor = json_object_get(p->scan->facts, "predictor");
    const char *file = json_string_value(json_object_get(predictor, "file"));
    size_t length = p->named ? strlen(p->named) : 0;

    if (length > 3 && strcmp(p->named + length - 3, ".py") == 0)
        return cog_strdup(p->named);
    if (length > 8 && strcmp(p->named + length - 8, ".py.lock") == 0)
        return cog_strndup(p->named, length - 5);
    return file ? cog_strdup(file) : NULL;
}

/* Whether each requirement is one version, or a place. */
static bool all_exact(const json_t *requirements)
{
    const json_t *item;
    size_t index;

    json_array_foreach(requirements, index, item) {
        const char *specifier = json_string_value(json_object_get(item, "specifier"));
        bool pinned =
            specifier && strncmp(specifier, "==", 2) == 0 && !strpbrk(specifier, ",*");
        if (!pinned && !json_is_string(json_object_get(item, "url")) &&
            !json_object_get(item, "path"))
            return false;
    }
    return json_array_size(requirements) > 0;
}

/* Whether there is no requirement but cog itself, which is left out. */
static bool is_empty(const json_t *requirements)
{
    const json_t *item;
    size_t index;

    json_array_foreach(requirements, index, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        if (!name || (strcmp(name, "cog") != 0 && strcmp(name, "coglet") != 0))
            return false;
    }
    return true;
}

static int read_requirements(struct packages *p, struct cog_candidate *chosen)
{
    const struct cog_scan *scan = p->scan;
    struct cog_pos at = p->named ? cog_config_at(scan->config, "/build/python_requirements")
                                 : (struct cog_pos){.file = chosen->file};
    int result = cog_detect_requirements(scan, chosen->file, at);

    const json_t *requirements = json_object_get(scan->facts, "requirements");

    chosen->lock = all_exact(requirements);
    chosen->empty = is_empty(requirements);
    return result;
}

/* Reads what was locked, when it is there. */
static const struct cog_manifest *
locked_manifest(struct document *d, int (*read)(const struct cog_manifest *), int *result)
{
    if (!d->manifest.toml)
        return NULL;
    d->manifest.locked = true;
    *result |= read(&d->manifest);
    return &d->manifest;
}

static int without_manifest(const struct cog_candidate *lock, const struct cog_scan *scan)
{
    return cog_report(scan->diags, COG_ERROR, (struct cog_pos){.file = lock->file},
                      "packages.manifest",
                      "has no pyproject.toml beside it, which says what of it is needed");
}

static int read_pipenv(struct packages *p, const struct cog_candidate *chosen)
{
    struct document lock, pipfile;
    int result = document_read_take(&lock, p->scan, cog_strdup(chosen->file));

    if (document_load_take(&pipfile, p->scan, cog_path_inside(chosen->file, "Pipfile")) < 0)
        result = -1;
    (void)locked_manifest(&pipfile, cog_pipfile_read, &result);
    if (lock.text)
        result |= cog_pipfile_lock_read(&lock.manifest, lock.text, lock.size);
    document_release(&lock);
    document_release(&pipfile);
    return result;
}

/* The locks that are TOML. */
static int read_lock(struct packages *p, const struct cog_candidate *chosen)
{
    struct document lock;
    int result = document_load_take(&lock, p->scan, cog_strdup(chosen->file));
    const struct cog_manifest *manifest =
        chosen->format == COG_SCRIPT_LOCK
            ? locked_manifest(&p->script, cog_script_read, &result)
            : locked_manifest(&p->pyproject, cog_pyproject_read, &result);

    if (lock.manifest.toml && chosen->format == COG_PYLOCK)
        result |= cog_pylock_read(&lock.manifest);
    else if (lock.manifest.toml &&
             (chosen->format == COG_UV_LOCK || chosen->format == COG_SCRIPT_LOCK))
        result |= cog_uv_lock_read(&lock.manifest, manifest != NULL);
    else if (lock.manifest.toml && !manifest)
        result = without_manifest(chosen, p->scan);
    else if (lock.manifest.toml && chosen->format == COG_POETRY_LOCK)
        result |= cog_poetry_lock_read(&lock.manifest);
    else if (lock.manifest.toml)
        result |= cog_pdm_lock_read(&lock.manifest);
    document_release(&lock);
    return result;
}

static int read_pipfile(struct packages *p, const struct cog_candidate *chosen)
{
    struct document pipfile;
    int result = document_load_take(&pipfile, p->scan, cog_strdup(chosen->file));

    if (result == 0)
        result = cog_pipfile_read(&pipfile.manifest);
    document_release(&pipfile);
    return result;
}

static int read_chosen(struct packages *p)
{
    struct cog_candidate *chosen = &p->choice.items[p->choice.chosen];

    switch (chosen->format) {
    case COG_REQUIREMENTS:
        return read_requirements(p, chosen);
    case COG_PYPROJECT:
        return cog_pyproject_read(&p->pyproject.manifest);
    case COG_PIPFILE:
        return read_pipfile(p, chosen);
    case COG_SCRIPT:
        return p->script.manifest.toml
                   ? cog_script_read(&p->script.manifest)
                   : cog_report(p->scan->diags, COG_ERROR,
                                (struct cog_pos){.file = chosen->file}, "manifest.script",
                                "has no block `# /// script` (PEP 723)");
    case COG_PIPFILE_LOCK:
        return read_pipenv(p, chosen);
    case COG_FOREIGN:
        return -1; /* refused before */
    default:
        return read_lock(p, chosen);
    }
}

static bool exists(const struct cog_scan *scan, const char *file)
{
    auto_free char *path = cog_path_join(scan->root, file);

    return access(path, F_OK) == 0;
}

static int choose(struct packages *p)
{
    const struct cog_scan *scan = p->scan;
    const struct cog_config *config = scan->config;

    if (p->named && exists(scan, p->named)) {
        cog_package_sources_name(&p->choice, p->named, value_of(&p->pyproject));
        return cog_package_sources_check(&p->choice, scan->diags);
    }
    if (config->python_requirements) /* not there, or outside: that is reported there */
        return cog_detect_requirements(scan, config->python_requirements,
                                       cog_config_at(config, "/build/python_requirements"));
    if (json_array_size(config->python_packages))
        return 0;
    return cog_package_sources_make(&p->choice, scan);
}

static int detect(struct packages *p)
{
    json_t *facts = p->scan->facts;
    char *script = script_file(p);
    int loaded = document_load_take(&p->pyproject, p->scan, beside(p, "pyproject.toml"));
    int scripted = script ? document_load_script_take(&p->script, p->scan, script) : 1;

    if (p->pyproject.manifest.toml)
        cog_pyproject_package(&p->pyproject.manifest);
    cog_package_sources_find(&p->choice, p->scan,
                             p->named && strchr(p->named, '/') ? NULL
                                                               : value_of(&p->pyproject),
                             scripted == 0 ? script : NULL);
    int result = choose(p);
    bool any = p->choice.chosen < p->choice.count;
    if (result == 0 && any && loaded >= 0 && scripted >= 0)
        result = read_chosen(p);
    if (p->choice.count)
        json_object_set_new(facts, "manifests", cog_package_sources_facts(&p->choice));
    if (result < 0 || loaded < 0 || scripted < 0)
        return -1;
    cog_package_sources_warn(&p->choice, p->scan->diags);
    if (any)
        json_object_set_new(facts, "manager",
                            json_string(p->choice.items[p->choice.chosen].manager));
    return 0;
}

int cog_detect_packages(const struct cog_scan *scan)
{
    static const char *const lists[] = {"requirements", "pip_options", "indexes"};
    const struct cog_config *config = scan->config;
    struct packages p = {.scan = scan};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        json_object_set_new(scan->facts, lists[i], json_array());
    if (config->python_requirements)
        p.named = cog_path_inside("", config->python_requirements);
    int result = cog_detect_requirement_lines(scan);
    if (json_array_size(config->python_packages))
        json_object_set_new(scan->facts, "manager", json_string("pip"));
    result |= detect(&p);
    cog_package_sources_release(&p.choice);
    document_release(&p.pyproject);
    document_release(&p.script);
    free(p.named);
    if (!json_array_size(json_object_get(scan->facts, "indexes")))
        json_object_del(scan->facts, "indexes");
    return result;
}
