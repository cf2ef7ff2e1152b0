/* first_config.c - see first_config.h.
 *
 * The model is a class with run() or predict(), or called Runner or Predictor, or a
 * function run() or predict(), in a file that imports cog or is called run.py or
 * predict.py: the one nearest to the top, these two names first. */
#include "detect/first_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"
#include "detect/module.h"
#include "tree/walk.h"

enum { MAX_BYTES = 1 << 20 };

static const char python[] = "3.13";

struct found {
    char *file, *name;
    unsigned rank; /* the lowest is taken */
    bool cuda;     /* the file mentions it */
};

static void release(struct found *found)
{
    free(found->file);
    free(found->name);
}

/* How likely it is that the model is in this file, 0 most. */
static unsigned rank_of(const char *path)
{
    unsigned depth = 0;

    for (const char *at = path; (at = strchr(at, '/')); at++)
        depth++;
    if (strcmp(path, "run.py") == 0)
        return 0;
    if (strcmp(path, "predict.py") == 0)
        return 1;
    return 2 + depth;
}

static bool is_model(const char *name, const json_t *symbol)
{
    const char *kind = json_string_value(json_object_get(symbol, "kind"));
    const json_t *methods = json_object_get(symbol, "methods");

    if (kind && strcmp(kind, "function") == 0)
        return strcmp(name, "run") == 0 || strcmp(name, "predict") == 0;
    /* These may inherit the method. */
    if (kind && strcmp(kind, "class") == 0 &&
        (strcmp(name, "Runner") == 0 || strcmp(name, "Predictor") == 0))
        return true;
    return json_object_get(methods, "run") || json_object_get(methods, "predict");
}

/* The name of the model in a file, borrowed: of classes the first by line. */
static const char *model_in(const json_t *names)
{
    const char *name, *best = NULL;
    const json_t *symbol;
    json_int_t line = 0;

    json_object_foreach((json_t *)names, name, symbol) {
        json_int_t here = json_integer_value(json_object_get(symbol, "line"));
        if (is_model(name, symbol) && (!best || here < line)) {
            best = name;
            line = here;
        }
    }
    return best;
}

static void look(struct found *found, const char *root, const char *path)
{
    unsigned rank = rank_of(path);
    auto_free char *full = cog_path_join(root, path);
    struct cog_diags ignored;
    size_t size;

    if (found->file && found->rank <= rank)
        return;
    cog_diags_init(&ignored, "");
    auto_free char *text = cog_read_file(full, MAX_BYTES, &size, &ignored);
    cog_diags_release(&ignored);
    if (!text || (rank > 1 && !strstr(text, "from cog") && !strstr(text, "import cog")))
        return;
    json_auto_t *names = cog_module_names(text);
    const char *name = model_in(names);
    if (!name)
        return;
    release(found);
    *found = (struct found){cog_strdup(path), cog_strdup(name), rank,
                            strstr(text, "cuda") != NULL};
}

static int find_model(struct found *found, const char *root, struct cog_diags *diags)
{
    static const char *const ignored[] = {"**/.*",          "**/node_modules",
                                          "**/venv",        "**/site-packages",
                                          "**/__pycache__", "**/tests"};
    struct cog_ignore ignore;
    struct cog_entry entry;
    int more = -1;

    cog_ignore_init(&ignore);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        (void)cog_ignore_add(&ignore, ignored[i]);
    struct cog_walk *walk = cog_walk_new(root, NULL, &ignore, diags);
    while (walk && (more = cog_walk_next(walk, &entry, diags)) > 0) {
        if (S_ISREG(entry.info.st_mode) && cog_text_ends(entry.path, ".py"))
            look(found, root, entry.path);
    }
    cog_walk_free(walk);
    cog_ignore_release(&ignore);
    return more;
}

/* The keys of `build`, and comments that stand above it. */
struct draft {
    FILE *comments, *keys;
};

static void print_gpu(const struct draft *draft, const struct cog_project *project,
                      const struct found *found)
{
    const struct cog_evidence *first = project->evidence;

    if (project->evidence_count > 0 && strcmp(first->accelerator, "cpu") != 0)
        (void)fprintf(draft->keys, "  gpu: true # for %s\n", first->subject);
    else if (found->cuda && json_object_size(project->frameworks) > 0)
        (void)fprintf(draft->keys, "  gpu: true # %s mentions cuda\n", found->file);
}

static void print_python(const struct draft *draft, const struct cog_project *project)
{
    const struct cog_version_request *request = project->pythons;

    if (project->python_count == 0)
        (void)fprintf(draft->keys, "  python_version: \"%s\"\n", python);
    else if (request->version)
        (void)fprintf(draft->keys, "  python_version: \"%s\" # as in %s\n",
                      request->version, request->at.file);
    else
        (void)fprintf(draft->comments, "# Python is %s, as %s has it.\n",
                      request->specifier, request->at.file);
}

static void print_packages(const struct draft *draft, const struct cog_project *project)
{
    const json_t *facts = json_object_get(project->config.doc, "facts");
    const json_t *manifest;
    size_t index;

    json_array_foreach(json_object_get(facts, "manifests"), index, manifest) {
        const char *file = json_string_value(json_object_get(manifest, "file"));
        if (!json_is_true(json_object_get(manifest, "chosen")))
            continue;
        if (strncmp(file, "requirements", 12) == 0)
            (void)fprintf(draft->keys, "  python_requirements: %s\n", file);
        else
            (void)fprintf(draft->comments, "# The Python packages are those of %s.\n",
                          file);
        return;
    }
    (void)fputs("  python_requirements: requirements.txt\n", draft->keys);
}

char *cog_first_config(const struct cog_project *project, const char *root,
                       struct cog_diags *diags)
{
    struct found found = {0};
    auto_free char *comments = NULL, *keys = NULL;
    size_t size;

    if (find_model(&found, root, diags) < 0) {
        release(&found);
        return NULL;
    }
    struct draft draft = {cog_text_open(&comments, &size), cog_text_open(&keys, &size)};
    print_gpu(&draft, project, &found);
    print_python(&draft, project);
    print_packages(&draft, project);
    cog_text_close(draft.comments, &comments);
    cog_text_close(draft.keys, &keys);
    char *text = cog_printf(
        "# What the image of this model is made of; see cog.yaml(5).\n%s%s%srun: %s:%s\n",
        comments, *keys ? "build:\n" : "", keys, found.file ? found.file : "run.py",
        found.name ? found.name : "Runner");
    release(&found);
    return text;
}
