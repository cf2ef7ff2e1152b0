/* context.c - what of the folder is copied into the image and should not be. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"
#include "tree/walk.h"

/* What tools leave behind. Python environments are known by their pyvenv.cfg besides. */
static const char *const leftovers[] = {
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pixi",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".venv",
    "mlruns",
    "node_modules",
    "venv",
    "wandb",
};

static const char *const secrets[] = {
    ".env",       ".git-credentials", ".netrc",     ".npmrc", ".pypirc", "credentials.json",
    "id_ed25519", "id_rsa",           "kubeconfig",
};

/* One folder that is left behind: the path without what is in it, and the bytes in that. */
struct leftover {
    char *path;
    json_int_t bytes;
};

static bool is_in(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void finish(const struct cog_checkup *checkup, struct leftover *current)
{
    if (!current->path)
        return;
    bool small = current->bytes < 1 << 20;
    double size = (double)current->bytes / (small ? 1 << 10 : 1 << 20);
    auto_free char *message =
        cog_printf("the folder %s, %.1f %s, is sent to the builder and is in the image",
                   current->path, size, small ? "KiB" : "MiB");
    auto_free char *fix = cog_printf("add %s to .dockerignore", current->path);
    json_t *finding =
        cog_finding_add(checkup->findings, "warning", "context.unneeded",
                        (struct cog_pos){.file = ".dockerignore"}, message, fix);
    cog_finding_edit(finding, ".dockerignore", 0, current->path);
    free(current->path);
    *current = (struct leftover){0};
}

/* Whether the first bytes of the file say that it is a private key. */
static bool is_private_key(const struct cog_walk *walk, const char *path)
{
    char start[4096];
    auto_close int file = cog_walk_open(walk, path);
    ssize_t size = file < 0 ? -1 : read(file, start, sizeof start - 1);

    start[size < 0 ? 0 : size] = '\0';
    return strstr(start, "PRIVATE KEY-----");
}

static bool is_secret(const struct cog_walk *walk, const char *path)
{
    const char *name = base_name(path), *dot = strrchr(name, '.');

    if (is_in(name, secrets, sizeof secrets / sizeof *secrets))
        return true;
    return dot && (strcmp(dot, ".pem") == 0 || strcmp(dot, ".key") == 0) &&
           is_private_key(walk, path);
}

enum { LARGE_MIB = 100 };

static bool is_weight(const struct cog_project *project, const char *path)
{
    for (size_t i = 0; i < project->weight_count; i++)
        if (strcmp(project->weights[i].path, path) == 0)
            return true;
    return false;
}

static void check_size(const struct cog_checkup *checkup, const struct cog_entry *entry)
{
    long long size = (long long)entry->info.st_size >> 20;

    if (size < LARGE_MIB || is_weight(checkup->project, entry->path))
        return;
    auto_free char *message = cog_printf(
        "a file of %lld MiB, which does not look like weights, is in the image", size);
    auto_free char *fix =
        cog_printf("add %s to .dockerignore, if the model does not need it", entry->path);
    cog_finding_add(checkup->findings, "note", "context.large",
                    (struct cog_pos){.file = entry->path}, message, fix);
}

static void check_entry(struct cog_checkup *checkup, struct leftover *current,
                        const struct cog_walk *walk, const struct cog_entry *entry)
{
    size_t inside = current->path ? strlen(current->path) : 0;
    const char *dot = strrchr(base_name(entry->path), '.');

    if (inside && strncmp(entry->path, current->path, inside) == 0 &&
        entry->path[inside] == '/') {
        current->bytes += S_ISREG(entry->info.st_mode) ? entry->info.st_size : 0;
        return;
    }
    finish(checkup, current);
    if (S_ISREG(entry->info.st_mode))
        check_size(checkup, entry);
    if (S_ISDIR(entry->info.st_mode)) {
        if (is_in(base_name(entry->path), leftovers, sizeof leftovers / sizeof *leftovers))
            current->path = cog_strdup(entry->path);
    } else if (S_ISREG(entry->info.st_mode) && is_secret(walk, entry->path)) {
        auto_free char *fix = cog_printf("add %s to .dockerignore", entry->path);
        cog_finding_add(checkup->findings, "warning", "context.secret",
                        (struct cog_pos){.file = entry->path},
                        "a file that may hold a secret is in the image", fix);
    } else if (S_ISREG(entry->info.st_mode) && dot && strcmp(dot, ".py") == 0) {
        cog_check_python(checkup, entry->path);
    }
}

/* What is never in an image, and then what .dockerignore says. */
static void fill(struct cog_ignore *ignore, const json_t *patterns)
{
    static const char *const always[] = {".cog", ".git", "**/__pycache__", "cog.lock"};
    const json_t *pattern;
    size_t index;

    cog_ignore_init(ignore);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        (void)cog_ignore_add(ignore, always[i]);
    json_array_foreach(patterns, index, pattern) {
        (void)cog_ignore_add(ignore, json_string_value(pattern));
    }
}

int cog_check_context(struct cog_checkup *checkup, struct cog_diags *diags)
{
    struct leftover current = {0};
    struct cog_ignore ignore;
    struct cog_entry entry;
    int more = -1;

    fill(&ignore, checkup->project->ignore);
    struct cog_walk *walk = cog_walk_new(checkup->root, NULL, &ignore, diags);
    while (walk && (more = cog_walk_next(walk, &entry, diags)) > 0)
        check_entry(checkup, &current, walk, &entry);
    finish(checkup, &current);
    cog_walk_free(walk);
    cog_ignore_release(&ignore);
    return more;
}
