/* package_source.c - which of a project's manifests and locks says what is installed. */
#include "detect/package_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"
#include "base/text.h"
#include "manifest/manifest.h"

/* What is looked for, the strongest first. */
static const struct {
    const char *file, *manager;
    enum cog_format format;
} known[] = {
    {"pylock.cog.toml", "pylock", COG_PYLOCK}, /* PEP 751: a service's own comes first */
    {"uv.lock", "uv", COG_UV_LOCK},
    {"pylock.toml", "pylock", COG_PYLOCK},
    {"poetry.lock", "poetry", COG_POETRY_LOCK},
    {"pdm.lock", "pdm", COG_PDM_LOCK},
    {"Pipfile.lock", "pipenv", COG_PIPFILE_LOCK},
    {"requirements.lock", "pip", COG_REQUIREMENTS},
    {"requirements.txt", "pip", COG_REQUIREMENTS},
    {"requirements/prod.txt", "pip", COG_REQUIREMENTS},
    {"requirements/production.txt", "pip", COG_REQUIREMENTS},
    {"requirements/base.txt", "pip", COG_REQUIREMENTS},
    {"pyproject.toml", NULL, COG_PYPROJECT},
    {"Pipfile", "pipenv", COG_PIPFILE},
    {"environment.yml", "conda", COG_FOREIGN},
    {"environment.yaml", "conda", COG_FOREIGN},
    {"conda-lock.yml", "conda", COG_FOREIGN},
    {"conda-linux-64.lock", "conda", COG_FOREIGN},
    {"pixi.lock", "pixi", COG_FOREIGN},
    {"pixi.toml", "pixi", COG_FOREIGN},
};

enum { KNOWN = sizeof known / sizeof *known };

/* Names that are taken for others, and what cog looks for instead. */
static const struct {
    const char *wrong, *right;
} mistakes[] = {
    {"Pipfile.Lock", "Pipfile.lock"},
    {"Requirements.txt", "requirements.txt"},
    {"pipfile", "Pipfile"},
    {"pipfile.lock", "Pipfile.lock"},
    {"poetry.toml.lock", "poetry.lock"},
    {"py-project.toml", "pyproject.toml"},
    {"pylock.tml", "pylock.toml"},
    {"pyproject.tml", "pyproject.toml"},
    {"pyproject.tolm", "pyproject.toml"},
    {"pyproject.yaml", "pyproject.toml"},
    {"pyprojects.toml", "pyproject.toml"},
    {"require.txt", "requirements.txt"},
    {"requirement.txt", "requirements.txt"},
    {"requirements", "requirements.txt"},
    {"requirements.in", "requirements.txt"},
    {"requirements.pip", "requirements.txt"},
    {"requirements.text", "requirements.txt"},
    {"requirements.tx", "requirements.txt"},
    {"requirements.txt.txt", "requirements.txt"},
    {"requirments.txt", "requirements.txt"},
    {"requirments.in", "requirements.txt"},
    {"requriements.txt", "requirements.txt"},
    {"reqs.txt", "requirements.txt"},
    {"setup.cfg", "pyproject.toml"},
    {"setup.py", "pyproject.toml"},
    {"uv.lock.toml", "uv.lock"},
};

static bool is_lock(enum cog_format format)
{
    return format >= COG_UV_LOCK && format < COG_FOREIGN;
}

static bool exists(const struct cog_scan *scan, const char *file)
{
    auto_free char *path = cog_path_join(scan->root, file);

    return access(path, F_OK) == 0;
}

static void add(struct cog_package_sources *choice, const char *file, const char *manager,
                enum cog_format format)
{
    choice->items = cog_realloc(choice->items, choice->count + 1, sizeof *choice->items);
    choice->items[choice->count++] =
        (struct cog_candidate){cog_strdup(file), manager, format, is_lock(format), false};
}

/* Whose a pyproject.toml is: its tables say, or else the lock that was made from it. */
static const char *manager_of(const struct cog_package_sources *choice,
                              const json_t *pyproject)
{
    const char *manager = cog_pyproject_manager(pyproject);
    bool locked = choice->count && (choice->items[0].format == COG_UV_LOCK ||
                                    choice->items[0].format == COG_POETRY_LOCK ||
                                    choice->items[0].format == COG_PDM_LOCK);

    return locked && strcmp(manager, "pip") == 0 ? choice->items[0].manager : manager;
}

void cog_package_sources_find(struct cog_package_sources *choice,
                              const struct cog_scan *scan, const json_t *pyproject,
                              const char *script)
{
    auto_free char *script_lock = script ? cog_printf("%s.lock", script) : NULL;

    *choice = (struct cog_package_sources){0};
    for (size_t i = 0; i < KNOWN; i++) {
        if (known[i].format != COG_PYPROJECT && exists(scan, known[i].file))
            add(choice, known[i].file, known[i].manager, known[i].format);
        if (known[i].format == COG_PYPROJECT && cog_pyproject_depends(pyproject))
            add(choice, known[i].file, manager_of(choice, pyproject), COG_PYPROJECT);
        if (known[i].format == COG_PIPFILE_LOCK && script && exists(scan, script_lock))
            add(choice, script_lock, "script", COG_SCRIPT_LOCK);
        if (known[i].format == COG_PIPFILE && script)
            add(choice, script, "script", COG_SCRIPT);
    }
    if (json_object_get(json_object_get(pyproject, "tool"), "pixi"))
        add(choice, "pyproject.toml", "pixi", COG_FOREIGN);
    choice->chosen = choice->count;
}

void cog_package_sources_release(struct cog_package_sources *choice)
{
    for (size_t i = 0; i < choice->count; i++)
        free(choice->items[i].file);
    free(choice->items);
}

/* What a file is by its name, in whatever folder. */
static void add_named(struct cog_package_sources *choice, const char *file,
                      const json_t *pyproject)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;

    if (cog_text_ends(name, ".py.lock"))
        add(choice, file, "script", COG_SCRIPT_LOCK);
    else if (cog_text_ends(name, ".py"))
        add(choice, file, "script", COG_SCRIPT);
    else if (strncmp(name, "pylock.", 7) == 0 && cog_text_ends(name, ".toml"))
        add(choice, file, "pylock", COG_PYLOCK);
    else if (strcmp(name, "pyproject.toml") == 0)
        add(choice, file, cog_pyproject_manager(pyproject), COG_PYPROJECT);
    else {
        size_t i = 0;
        while (i < KNOWN && strcmp(known[i].file, name) != 0)
            i++;
        add(choice, file, i < KNOWN ? known[i].manager : "pip",
            i < KNOWN ? known[i].format : COG_REQUIREMENTS);
    }
}

void cog_package_sources_name(struct cog_package_sources *choice, const char *file,
                              const json_t *pyproject)
{
    size_t i = 0;

    while (i < choice->count && strcmp(choice->items[i].file, file) != 0)
        i++;
    if (i == choice->count)
        add_named(choice, file, pyproject);
    choice->chosen = i;
    choice->named = true;
}

int cog_package_sources_check(const struct cog_package_sources *choice,
                              struct cog_diags *diags)
{
    const struct cog_candidate *chosen = &choice->items[choice->chosen];

    if (choice->chosen == choice->count || chosen->format != COG_FOREIGN)
        return 0;
    return cog_report(diags, COG_ERROR, (struct cog_pos){.file = chosen->file},
                      "packages.unsupported",
                      "environments of %s are not built yet; list the Python packages in "
                      "requirements.txt or pyproject.toml, the system's in cog.yaml as "
                      "system_packages",
                      chosen->manager);
}

static void look_for_mistakes(const struct cog_scan *scan)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (exists(scan, mistakes[i].wrong))
            cog_report(scan->diags, COG_WARNING,
                       (struct cog_pos){.file = mistakes[i].wrong}, "packages.misspelt",
                       "is not read, and no packages are installed; cog looks for %s",
                       mistakes[i].right);
}

/* pylock.cog.toml was made for cog, and pipenv itself prefers pylock.toml. */
static bool yields(const struct cog_candidate *lock, const struct cog_candidate *first)
{
    return strcmp(first->file, "pylock.cog.toml") == 0 ||
           (first->format == COG_PYLOCK && lock->format == COG_PIPFILE_LOCK);
}

int cog_package_sources_make(struct cog_package_sources *choice,
                             const struct cog_scan *scan)
{
    int result = 0;

    if (!choice->count)
        look_for_mistakes(scan);
    choice->chosen = 0;
    for (size_t i = 1; i < choice->count; i++) {
        const struct cog_candidate *first = &choice->items[0], *item = &choice->items[i];
        if (first->lock && item->lock && !yields(item, first))
            result |= cog_report(scan->diags, COG_ERROR,
                                 (struct cog_pos){.file = item->file}, "packages.ambiguous",
                                 "there is %s as well; say in cog.yaml, below build, which "
                                 "of these locks is "
                                 "meant: python_requirements: %s",
                                 first->file, first->file);
    }
    return result < 0 ? -1 : cog_package_sources_check(choice, scan->diags);
}

/* Whether `other` is what `chosen` was made from, or of the same set of files. */
static bool belongs(const struct cog_candidate *chosen, const struct cog_candidate *other)
{
    switch (chosen->format) {
    case COG_REQUIREMENTS:
        return other->format == COG_REQUIREMENTS ||
               (other->format == COG_PYPROJECT && chosen->lock);
    case COG_UV_LOCK:
    case COG_POETRY_LOCK:
    case COG_PDM_LOCK:
        return other->format == COG_PYPROJECT;
    case COG_PYLOCK:
        return other->format == COG_PYPROJECT || other->format == COG_PIPFILE ||
               strcmp(chosen->file, "pylock.cog.toml") == 0;
    case COG_PIPFILE_LOCK:
        return other->format == COG_PIPFILE;
    case COG_SCRIPT_LOCK:
        return other->format == COG_SCRIPT;
    default:
        return false;
    }
}

static void warn_unlocked(const struct cog_package_sources *choice, struct cog_diags *diags)
{
    const struct cog_candidate *chosen = &choice->items[choice->chosen];
    const char *manager = chosen->manager;
    auto_free char *command =
        chosen->format == COG_REQUIREMENTS
            ? cog_printf("uv pip compile %s -o requirements.lock", chosen->file)
        : chosen->format == COG_SCRIPT
            ? cog_printf("uv lock --script %s", chosen->file)
            : cog_printf("%s lock", strcmp(manager, "pip") == 0 ? "uv" : manager);

    if (chosen->lock || chosen->empty ||
        (choice->named && chosen->format == COG_REQUIREMENTS))
        return;
    cog_report(
        diags, COG_WARNING, (struct cog_pos){.file = chosen->file}, "packages.unlocked",
        "the versions are not locked, so every build may install others; run %s", command);
}

void cog_package_sources_warn(const struct cog_package_sources *choice,
                              struct cog_diags *diags)
{
    if (choice->chosen == choice->count)
        return;
    warn_unlocked(choice, diags);
    for (size_t i = 0; i < choice->count && !choice->named; i++) {
        const struct cog_candidate *chosen = &choice->items[choice->chosen],
                                   *item = &choice->items[i];
        if (i == choice->chosen || belongs(chosen, item))
            continue;
        if (item->format == COG_FOREIGN)
            cog_report(diags, COG_WARNING, (struct cog_pos){.file = item->file},
                       "packages.unsupported",
                       "environments of %s are not built yet; only what %s says is "
                       "installed",
                       item->manager, chosen->file);
        else
            cog_report(diags, COG_WARNING, (struct cog_pos){.file = item->file},
                       "packages.ignored",
                       "is not used: %s says what is installed; to use this one write in "
                       "cog.yaml, below build, python_requirements: %s",
                       chosen->file, item->file);
    }
}

json_t *cog_package_sources_facts(const struct cog_package_sources *choice)
{
    json_t *list = json_array();

    for (size_t i = 0; i < choice->count; i++) {
        const struct cog_candidate *item = &choice->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}", "file", item->file,
                                              "manager", item->manager, "lock", item->lock,
                                              "chosen", i == choice->chosen));
    }
    return list;
}
