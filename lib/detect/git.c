/* git.c - the commit that is checked out and a tag of it, read from .git without running
 * git.
 *
 * Sources: gitrepository-layout(5), gitglossary(7), Documentation/gitformat-pack of git
 * 2.47. What is not understood (another kind of reference storage, an annotated tag that is
 * not packed) is left out; nothing here is a fault of the project. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"
#include "tree/walk.h"

enum {
    MAX_LINE = 4096,  /* bytes of a line that counts */
    MAX_PARENTS = 64, /* folders above the project that are looked at */
    MAX_LINKS = 5,    /* references that only name another */
    MAX_TAGS = 10000, /* that are not packed */
};

/* `folder` has HEAD; `common`, the same but for a second working tree, the references. */
struct repository {
    char *folder, *common;
};

static bool is_commit(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdef");
    return (digits == 40 || digits == 64) && text[digits] == '\0';
}

/* NULL when it is no regular file or cannot be read, for whatever reason but a lack of
 * memory; a pipe is not waited for. */
static FILE *open_file(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return NULL;
    if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return NULL;
    }
    FILE *file = fdopen(fd, "r");
    if (!file)
        cog_out_of_memory();
    return file;
}

/* The first line of the regular file "folder/name" without its end; the caller frees it.
 * NULL when there is none. */
static char *read_line(const char *folder, const char *name)
{
    auto_free char *path = cog_printf("%s/%s", folder, name);
    char line[MAX_LINE];

    auto_fclose FILE *file = open_file(path);
    if (!file || !fgets(line, sizeof line, file))
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    return cog_strdup(line);
}

/* `path` as seen from `folder`; the caller frees it. */
static char *seen_from(const char *folder, const char *path)
{
    return *path == '/' ? cog_strdup(path) : cog_printf("%s/%s", folder, path);
}

static void close_repository(struct repository *repository)
{
    free(repository->folder);
    free(repository->common);
}

/* The repository whose working tree has its top at `folder`: ".git" is a folder, or for
 * submodules and second working trees a file that names one. */
static bool open_repository(struct repository *repository, const char *folder)
{
    auto_free char *dot_git = cog_printf("%s/.git", folder);
    auto_free char *link = read_line(folder, ".git");
    struct stat info;

    if (stat(dot_git, &info) < 0 || (link && strncmp(link, "gitdir: ", 8) != 0))
        return false;
    repository->folder = link ? seen_from(folder, link + 8) : cog_strdup(dot_git);
    auto_free char *common = read_line(repository->folder, "commondir");
    repository->common =
        common ? seen_from(repository->folder, common) : cog_strdup(repository->folder);
    auto_free char *head = read_line(repository->folder, "HEAD");
    if (!head)
        close_repository(repository);
    return head;
}

/* The one that the project belongs to, looking upwards like git: "..", "../.." and so on,
 * up to the folder that is its own parent. */
static bool find_repository(struct repository *repository, const char *root)
{
    auto_free char *folder = cog_strdup(root);
    struct stat info, above;

    for (int i = 0; i <= MAX_PARENTS; i++) {
        if (open_repository(repository, folder))
            return true;
        char *parent = cog_printf("%s/..", folder);
        bool top = stat(folder, &info) < 0 || stat(parent, &above) < 0 ||
                   (info.st_ino == above.st_ino && info.st_dev == above.st_dev);
        free(folder);
        folder = parent;
        if (top)
            return false;
    }
    return false;
}

/* What is looked for in packed-refs: lines "COMMIT REFERENCE", and below that of an
 * annotated tag "^COMMIT". */
struct packed {
    const char *wanted; /* a reference, or a commit */
    char *found;        /* the commit, or the last tag of it */
};

/* Goes through packed-refs; `take` gets each reference with its commit, annotated tags
 * once more with the commit that they are of. */
static void read_packed(const struct repository *repository, struct packed *packed,
                        void (*take)(struct packed *packed, const char *reference,
                                     const char *commit))
{
    auto_free char *path = cog_printf("%s/packed-refs", repository->common);
    auto_fclose FILE *file = open_file(path);
    char line[MAX_LINE], reference[MAX_LINE] = "";

    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        char *space = strchr(line, ' ');
        if (*line == '^') {
            take(packed, reference, line + 1);
        } else if (space && *line != '#') {
            *space = '\0';
            memcpy(reference, space + 1, strlen(space + 1) + 1);
            take(packed, reference, line);
        }
    }
}

static void take_reference(struct packed *packed, const char *reference, const char *commit)
{
    if (!packed->found && strcmp(reference, packed->wanted) == 0)
        packed->found = cog_strdup(commit);
}

/* The commit of a reference, or another reference ("ref: NAME"); the caller frees it. */
static char *look_up(const struct repository *repository, const char *reference)
{
    struct packed packed = {.wanted = reference};

    if (strncmp(reference, "refs/", 5) != 0 || strstr(reference, ".."))
        return NULL;
    char *value = read_line(repository->folder, reference);
    if (!value)
        value = read_line(repository->common, reference);
    if (!value) {
        read_packed(repository, &packed, take_reference);
        value = packed.found;
    }
    return value;
}

/* The commit that is checked out; the caller frees it. */
static char *find_commit(const struct repository *repository)
{
    char *value = read_line(repository->folder, "HEAD");

    for (int i = 0; value && strncmp(value, "ref: ", 5) == 0 && i < MAX_LINKS; i++) {
        auto_free char *reference = value;
        value = look_up(repository, reference + 5);
    }
    if (value && is_commit(value))
        return value;
    free(value);
    return NULL;
}

static void take_tag(struct packed *packed, const char *reference, const char *commit)
{
    const char *tag = reference + strlen("refs/tags/");

    if (strncmp(reference, "refs/tags/", strlen("refs/tags/")) != 0 ||
        strcmp(commit, packed->wanted) != 0 ||
        (packed->found && strcmp(packed->found, tag) > 0))
        return;
    free(packed->found);
    packed->found = cog_strdup(tag);
}

/* Tags that are files of their own: each holds a commit, or an object that is not read. */
static void read_loose(const struct repository *repository, struct packed *packed)
{
    auto_free char *folder = cog_printf("%s/refs/tags", repository->common);
    struct cog_diags ignored;
    struct cog_entry entry;

    cog_diags_init(&ignored, "");
    struct cog_walk *walk =
        access(folder, F_OK) == 0 ? cog_walk_new(folder, NULL, NULL, &ignored) : NULL;
    for (int i = 0; walk && i < MAX_TAGS && cog_walk_next(walk, &entry, &ignored) > 0;
         i++) {
        auto_free char *value =
            S_ISREG(entry.info.st_mode) ? read_line(folder, entry.path) : NULL;
        auto_free char *reference = cog_printf("refs/tags/%s", entry.path);
        if (value)
            take_tag(packed, reference, value);
    }
    cog_walk_free(walk);
    cog_diags_release(&ignored);
}

/* Whether the tag, which is packed, has since been moved to elsewhere. */
static bool is_stale(const struct repository *repository, const char *tag,
                     const char *commit)
{
    auto_free char *name = cog_printf("refs/tags/%s", tag);
    auto_free char *value = read_line(repository->common, name);

    return value && strcmp(value, commit) != 0;
}

/* The last tag of the commit by the bytes of its name; the caller frees it. */
static char *find_tag(const struct repository *repository, const char *commit)
{
    struct packed packed = {.wanted = commit};

    read_packed(repository, &packed, take_tag);
    if (packed.found && is_stale(repository, packed.found, commit)) {
        free(packed.found);
        packed.found = NULL;
    }
    read_loose(repository, &packed);
    return packed.found;
}

int cog_detect_git(const struct cog_scan *scan)
{
    struct repository repository;

    if (!find_repository(&repository, scan->root))
        return 0;
    auto_free char *commit = find_commit(&repository);
    auto_free char *tag = commit ? find_tag(&repository, commit) : NULL;
    if (commit)
        json_object_set_new(scan->facts, "git", json_pack("{s:s}", "revision", commit));
    json_t *name = tag ? json_string(tag) : NULL; /* NULL as well: not UTF-8 */
    if (name)
        json_object_set_new(json_object_get(scan->facts, "git"), "tag", name);
    close_repository(&repository);
    return 0;
}
