/* accelerators.c - what tells for which accelerator the project is meant.
 *
 * The strongest evidence comes first: a local version ("2.4.1+cu124"), then the index that
 * a lock or manifest takes a package from, the indexes of requirements files, packages that
 * are for one accelerator alone, and cog.yaml. Each kind says the same only once. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "detect/detect.h"

struct word {
    const char *word, *accelerator;
};

static const struct word packages[] = {
    {"cuda-python", "cuda"},      {"cupy", "cuda"},
    {"deepspeed", "cuda"},        {"faiss-gpu", "cuda"},
    {"flash-attn", "cuda"},       {"onnxruntime-gpu", "cuda"},
    {"onnxruntime-rocm", "rocm"}, {"paddlepaddle-gpu", "cuda"},
    {"pycuda", "cuda"},           {"tensorflow-cpu", "cpu"},
    {"tensorflow-gpu", "cuda"},   {"tensorflow-rocm", "rocm"},
    {"tensorrt", "cuda"},         {"vllm", "cuda"},
    {"xformers", "cuda"},         {NULL, NULL},
};

static const struct word extras[] = {
    {"and-cuda", "cuda"}, {"cpu", "cpu"},   {"cuda", "cuda"},
    {"gpu", "cuda"},      {"rocm", "rocm"}, {NULL, NULL},
};

static const char *look_up(const struct word *words, const char *word)
{
    for (; words->word; words++) {
        if (strcmp(words->word, word) == 0)
            return words->accelerator;
    }
    return NULL;
}

static void add(const struct cog_scan *scan, const char *accelerator, const char *rule,
                const char *subject, json_t *origin)
{
    json_t *list = json_object_get(scan->facts, "accelerators");
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (strcmp(cog_member_text(item, "accelerator"), accelerator) == 0 &&
            strcmp(cog_member_text(item, "rule"), rule) == 0)
            return;
    }
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:s, s:O}", "accelerator", accelerator,
                                    "rule", rule, "subject", subject, "origin", origin));
}

/* "cu124", "cuda12" and "cuda12x" (both "cu12"), "rocm6.2", "cpu", "xpu" at the beginning
 * of `text`; the caller frees it. */
static char *name_at(const char *text)
{
    static const char *const kinds[] = {"cuda", "cu", "rocm", "cpu", "xpu"};
    const char *kind = NULL;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !kind; i++)
        kind = strncmp(text, kinds[i], strlen(kinds[i])) == 0 ? kinds[i] : NULL;
    if (!kind)
        return NULL;
    const char *number = text + strlen(kind);
    size_t digits = strspn(number, "0123456789");
    while (strcmp(kind, "rocm") == 0 && number[digits] == '.' &&
           isdigit((unsigned char)number[digits + 1]))
        digits += 1 + strspn(number + digits + 1, "0123456789");
    bool numbered = *kind == 'c' ? kind[1] == 'u' : *kind == 'r';
    const char *end = number + digits;
    end += *end == 'x' && strcmp(kind, "cuda") == 0;
    if (isalnum((unsigned char)*end) || (digits > 0) != numbered)
        return NULL;
    return cog_printf("%s%.*s", strcmp(kind, "cuda") == 0 ? "cu" : kind, (int)digits,
                      number);
}

/* The first such name in `text` that is a word of its own, or behind digits ("pt24cu124");
 * the caller frees it. */
static char *name_in(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool encoded = at - text >= 3 && strncasecmp(at - 3, "%2b", 3) == 0; /* "+" */
        bool starts = at == text || !isalpha((unsigned char)at[-1]) || encoded;
        char *name = starts ? name_at(at) : NULL;
        if (name)
            return name;
    }
    return NULL;
}

/* `clause` is "==2.4.1+cu124", or the URL of a wheel, where the plus may be "%2B". */
static void add_version(const struct cog_scan *scan, const char *name, const char *clause,
                        json_t *origin)
{
    const char *slash = clause ? strrchr(clause, '/') : NULL;
    const char *file = slash ? slash : clause;
    const char *plus = file ? strpbrk(file, "+%") : NULL;
    auto_free char *accelerator = plus ? name_in(plus) : NULL;
    auto_free char *subject = cog_printf("%s%s", name ? name : "", clause ? clause : "");

    if (accelerator)
        add(scan, accelerator, "accelerator.local-version", subject, origin);
}

/* Only what is behind the host can tell. */
static void add_url(const struct cog_scan *scan, const char *text, const char *rule,
                    json_t *origin)
{
    const char *url = text ? strstr(text, "://") : NULL;
    const char *path = url ? strchr(url + 3, '/') : NULL;
    auto_free char *accelerator = path ? name_in(path) : NULL;

    if (accelerator)
        add(scan, accelerator, rule, text, origin);
}

static void add_package(const struct cog_scan *scan, const json_t *item)
{
    json_t *origin = json_object_get(item, "origin");
    const char *name = cog_member_text(item, "name");
    auto_free char *found = name ? name_in(name) : NULL;
    const char *known = name ? look_up(packages, name) : NULL;
    const json_t *extra;
    size_t index;

    /* "faiss-cpu" stands beside GPUs as well, so only the table tells that of a name */
    if (!known && found && strcmp(found, "cpu") != 0)
        known = found;
    if (known)
        add(scan, known, "accelerator.package", name, origin);
    json_array_foreach(json_object_get(item, "extras"), index, extra) {
        const char *text = json_string_value(extra);
        auto_free char *named = text ? name_in(text) : NULL;
        auto_free char *subject = cog_printf("%s[%s]", name ? name : "", text ? text : "");
        const char *by_extra = text ? look_up(extras, text) : NULL;
        if (by_extra || named)
            add(scan, by_extra ? by_extra : named, "accelerator.package", subject, origin);
    }
}

static bool is_constraint(const json_t *item)
{
    return json_is_true(json_object_get(item, "constraint"));
}

static void add_versions(const struct cog_scan *scan, const json_t *requirements,
                         const json_t *locked)
{
    const json_t *item;
    size_t index;

    json_array_foreach(locked, index, item) {
        const char *version = cog_member_text(item, "version");
        auto_free char *clause = cog_printf("==%s", version ? version : "");
        add_version(scan, cog_member_text(item, "name"), clause,
                    json_object_get(item, "origin"));
    }
    json_array_foreach(requirements, index, item) {
        json_t *origin = json_object_get(item, "origin");
        add_version(scan, cog_member_text(item, "name"), cog_member_text(item, "specifier"),
                    origin);
        add_version(scan, NULL, cog_member_text(item, "url"), origin);
    }
}

static void add_indexes(const struct cog_scan *scan, const json_t *locked)
{
    const json_t *item;
    size_t index;

    json_array_foreach(locked, index, item) {
        add_url(scan, cog_member_text(item, "index"), "accelerator.index",
                json_object_get(item, "origin"));
    }
    json_array_foreach(json_object_get(scan->facts, "indexes"), index, item) {
        add_url(scan, cog_member_text(item, "url"), "accelerator.index",
                json_object_get(item, "origin"));
    }
    json_array_foreach(json_object_get(scan->facts, "pip_options"), index, item) {
        add_url(scan, cog_member_text(item, "text"), "accelerator.requirements-index",
                json_object_get(item, "origin"));
    }
}

static void add_packages(const struct cog_scan *scan, const json_t *list)
{
    const json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (!is_constraint(item))
            add_package(scan, item);
    }
}

/* build.gpu, and build.cuda as in "12.4" or "12.4.1". */
static void add_configured(const struct cog_scan *scan)
{
    const json_t *build = json_object_get(scan->config->values, "build");
    const json_t *gpu = json_object_get(build, "gpu");
    const char *cuda = cog_member_text(build, "cuda");
    size_t major = cuda ? strspn(cuda, "0123456789") : 0;
    size_t minor = major && cuda[major] == '.' ? strspn(cuda + major + 1, "0123456789") : 0;

    if (major) {
        json_auto_t *origin = cog_pos_json(cog_config_at(scan->config, "/build/cuda"));
        auto_free char *name =
            cog_printf("cu%.*s%.*s", (int)major, cuda, (int)minor, cuda + major + !!minor);
        add(scan, name, "accelerator.cuda", "build.cuda", origin);
    }
    if (gpu) {
        json_auto_t *origin = cog_pos_json(cog_config_at(scan->config, "/build/gpu"));
        add(scan, json_is_true(gpu) ? "cuda" : "cpu", "accelerator.gpu", "build.gpu",
            origin);
    }
}

int cog_detect_accelerators(const struct cog_scan *scan)
{
    const json_t *requirements = json_object_get(scan->facts, "requirements");
    const json_t *locked =
        json_object_get(json_object_get(scan->facts, "lock"), "packages");
    json_t *list = json_array();

    json_object_set_new(scan->facts, "accelerators", list);
    add_versions(scan, requirements, locked);
    add_indexes(scan, locked);
    add_packages(scan, requirements);
    add_packages(scan, locked);
    add_configured(scan);
    if (!json_array_size(list))
        json_object_del(scan->facts, "accelerators");
    return 0;
}
