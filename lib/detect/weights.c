/* weights.c - large files that are probably a model's weights. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"
#include "tree/ignore.h"
#include "tree/walk.h"

enum {
    WEIGHTS_BYTES = 1 << 20, /* from which on a file with a weights' ending counts */
    OTHER_BYTES = 10 << 20,  /* and any other */
    POINTER_BYTES = 1024,    /* that a pointer of Git LFS stays below */
};

/* What such a pointer begins with (git-lfs, docs/spec.md). */
static const char pointer_start[] = "version https://git-lfs.github.com/spec/v1\n";

static const char *const weights[] = {
    ".bin",  ".caffemodel", ".ckpt",        ".engine",  ".gguf",     ".ggml",    ".h5",
    ".hdf5", ".joblib",     ".keras",       ".model",   ".msgpack",  ".npy",     ".npz",
    ".onnx", ".params",     ".pb",          ".pdmodel", ".pdparams", ".pickle",  ".pkl",
    ".pt",   ".pth",        ".safetensors", ".t7",      ".tflite",   ".weights", NULL,
};

static const char *const others[] = {
    ".a",   ".avi",  ".bmp",   ".c",    ".cpp", ".csv",  ".cu",   ".flac", ".gif",
    ".h",   ".html", ".ipynb", ".jpeg", ".jpg", ".js",   ".json", ".log",  ".m4a",
    ".md",  ".mkv",  ".mov",   ".mp3",  ".mp4", ".ogg",  ".pdf",  ".png",  ".py",
    ".pyc", ".pyi",  ".rs",    ".sh",   ".so",  ".svg",  ".tif",  ".tiff", ".ts",
    ".txt", ".wav",  ".webm",  ".webp", ".whl", ".yaml", ".yml",  ".zip",  NULL,
};

/* What others made. These come behind the project's own patterns, so that an exception for
 * all files of a kind does not lead into them. */
static const char *const passed[] = {
    ".cog", "**/.git", "**/__pycache__", "**/node_modules", "**/.venv", "**/venv"};

static bool is_in(const char *const *endings, const char *ending)
{
    for (; *endings; endings++) {
        if (strcasecmp(*endings, ending) == 0)
            return true;
    }
    return false;
}

/* The size from which on the file is probably weights, by its name; -1: never. */
static off_t least_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    if (dot && is_in(others, dot))
        return -1;
    return dot && is_in(weights, dot) ? WEIGHTS_BYTES : OTHER_BYTES;
}

static void fill(struct cog_ignore *ignore, const json_t *patterns)
{
    const json_t *pattern;
    size_t index;

    cog_ignore_init(ignore);
    json_array_foreach(patterns, index, pattern) {
        (void)cog_ignore_add(ignore, json_string_value(pattern));
    }
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        (void)cog_ignore_add(ignore, passed[i]);
}

/* What a walk finds. */
struct found {
    json_t *weights;
    char *pointer;   /* the first file of weights that is only a pointer */
    size_t pointers; /* how many there are */
};

static bool is_pointer(const struct cog_walk *walk, const struct cog_entry *entry)
{
    char start[sizeof pointer_start - 1];

    if (entry->info.st_size >= POINTER_BYTES)
        return false;
    auto_close int fd = cog_walk_open(walk, entry->path);
    return fd >= 0 && read(fd, start, sizeof start) == (ssize_t)sizeof start &&
           memcmp(start, pointer_start, sizeof start) == 0;
}

static void add_weights(struct found *found, const struct cog_walk *walk,
                        struct cog_entry *entry)
{
    off_t least = S_ISREG(entry->info.st_mode) ? least_bytes(entry->path) : -1;

    if (least < 0 || cog_walk_look(walk, entry) < 0)
        return;
    if (entry->info.st_size >= least) {
        json_array_append_new(found->weights,
                              json_pack("{s:s, s:I}", "path", entry->path, "size",
                                        (json_int_t)entry->info.st_size));
    } else if (least == WEIGHTS_BYTES && is_pointer(walk, entry)) {
        if (!found->pointer)
            found->pointer = cog_strdup(entry->path);
        found->pointers++;
    }
}

/* The image would have the pointer, and the model's setup fail on it. */
static void warn_of_pointers(const struct found *found, struct cog_diags *diags)
{
    const struct cog_pos at = {.file = found->pointer};

    if (found->pointers == 1)
        cog_report(diags, COG_WARNING, at, "weights.pointer",
                   "this is a pointer of Git LFS, not the weights; fetch them with \"git "
                   "lfs pull\"");
    else if (found->pointers)
        cog_report(diags, COG_WARNING, at, "weights.pointer",
                   "this and others, %zu in all, are pointers of Git LFS, not the weights; "
                   "fetch them with \"git lfs pull\"",
                   found->pointers);
}

int cog_detect_weights(const struct cog_scan *scan)
{
    struct found found = {.weights = json_array()};
    struct cog_ignore ignore;
    struct cog_entry entry;
    int more = -1;

    json_object_set_new(scan->facts, "weights", found.weights);
    fill(&ignore, json_object_get(scan->facts, "ignore"));
    struct cog_walk *walk = cog_walk_new(scan->root, NULL, &ignore, scan->diags);
    if (walk)
        cog_walk_names(walk);
    while (walk && (more = cog_walk_next(walk, &entry, scan->diags)) > 0)
        add_weights(&found, walk, &entry);
    warn_of_pointers(&found, scan->diags);
    free(found.pointer);
    cog_walk_free(walk);
    cog_ignore_release(&ignore);
    return more;
}
