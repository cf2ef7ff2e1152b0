/* frameworks.c - which machine-learning frameworks the project's packages are or pull in.
 */
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "detect/detect.h"

/* Those whose version decides, or is decided by, Python's, CUDA's, or another's here. */
static const char *const frameworks[] = {
    "deepspeed",
    "flash-attn",
    "jax",
    "jaxlib",
    "keras",
    "mxnet",
    "onnxruntime",
    "onnxruntime-gpu",
    "paddlepaddle",
    "paddlepaddle-gpu",
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tf-nightly",
    "torch",
    "torchaudio",
    "torchtext",
    "torchvision",
    "triton",
    "vllm",
    "xformers",
};

static bool is_named(const json_t *item, const char *name)
{
    const char *own = cog_member_text(item, "name");

    return own && strcmp(own, name) == 0;
}

/* The version in a wheel's name, as in ".../torch-2.4.1%2Bcu124-cp312-...whl"; the caller
 * frees it. */
static char *wheel_version(const char *url)
{
    const char *file = strrchr(url, '/'), *dash = file ? strchr(file, '-') : NULL;

    if (!dash || !strstr(dash, ".whl"))
        return NULL;
    size_t length = strcspn(dash + 1, "-");
    char *version = cog_strndup(dash + 1, length);
    char *plus = strstr(version, "%2B");
    if (plus) {
        *plus = '+';
        memmove(plus + 1, plus + 3, strlen(plus + 3) + 1);
    }
    return version;
}

/* The one version that a requirement can mean; the caller frees it; NULL: several. */
static char *pinned_version(const json_t *requirement)
{
    const char *specifier = cog_member_text(requirement, "specifier");
    const char *url = cog_member_text(requirement, "url");

    if (url)
        return wheel_version(url);
    if (!specifier || strncmp(specifier, "==", 2) != 0 || strpbrk(specifier, ",*"))
        return NULL;
    return cog_strdup(specifier + (specifier[2] == '=' ? 3 : 2));
}

/* Versions of one framework, as far as they agree: "2.4.1+cpu" and "2.4.1+cu124" are
 * "2.4.1". */
struct common {
    char *version;
    bool broken;
};

static void narrow(struct common *common, const char *version)
{
    char *kept = common->version;

    if (!version || common->broken)
        return;
    if (!kept) {
        common->version = cog_strdup(version);
        return;
    }
    size_t own = strcspn(kept, "+"), other = strcspn(version, "+");
    if (strcmp(kept, version) == 0)
        return;
    common->broken = own != other || strncmp(kept, version, own) != 0;
    kept[common->broken ? 0 : own] = '\0';
}

static void narrow_by_requirements(struct common *common, const json_t *requirements,
                                   const char *name, bool constraint)
{
    const json_t *item;
    size_t index;

    json_array_foreach(requirements, index, item) {
        bool limits = json_is_true(json_object_get(item, "constraint"));
        auto_free char *version = pinned_version(item);
        if (limits == constraint && is_named(item, name))
            narrow(common, version);
    }
}

static void narrow_by_packages(struct common *common, const json_t *packages,
                               const char *name)
{
    const json_t *item;
    size_t index;

    json_array_foreach(packages, index, item) {
        if (is_named(item, name))
            narrow(common, cog_member_text(item, "version"));
    }
}

/* The first of the list with that name; a requirement that only limits is none. */
static json_t *find(const json_t *list, const char *name)
{
    json_t *item;
    size_t index;

    json_array_foreach(list, index, item) {
        if (is_named(item, name) && !json_is_true(json_object_get(item, "constraint")))
            return item;
    }
    return NULL;
}

static json_t *framework(const struct cog_scan *scan, const char *name)
{
    const json_t *requirements = json_object_get(scan->facts, "requirements");
    const json_t *lock = json_object_get(scan->facts, "lock");
    const json_t *packages = json_object_get(lock, "packages");
    const json_t *required = find(requirements, name), *locked = find(packages, name);
    struct common common = {0};

    if (!required && !locked)
        return NULL;
    narrow_by_packages(&common, packages, name);
    if (!common.version)
        narrow_by_requirements(&common, requirements, name, false);
    if (!common.version)
        narrow_by_requirements(&common, requirements, name, true);
    const char *specifier = cog_member_text(required, "specifier");
    auto_free char *version = common.version;
    bool direct = required || find(json_object_get(lock, "roots"), name);
    return json_pack("{s:s?, s:s, s:b, s:O}", "version", common.broken ? NULL : version,
                     "specifier", specifier ? specifier : "", "direct", direct, "origin",
                     json_object_get(required ? required : locked, "origin"));
}

int cog_detect_frameworks(const struct cog_scan *scan)
{
    json_t *found = json_object();

    for (size_t i = 0; i < sizeof frameworks / sizeof *frameworks; i++) {
        json_t *value = framework(scan, frameworks[i]);
        if (value)
            json_object_set_new(found, frameworks[i], value);
    }
    json_object_set_new(scan->facts, "frameworks", found);
    return 0;
}
