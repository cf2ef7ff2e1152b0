/* config_rules.c - what cog.yaml must be beyond its schema. */
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/config.h"
#include "model/reference.h"
#include "schema/schema.h"

/* What the rules look at. They are applied whatever the schema finds, so a part may be of
 * any type. */
struct rules {
    json_t *values, *build; /* `build` may be NULL */
    const json_t *doc;      /* for positions */
    const json_t *keys;     /* JSON Pointer -> [line, column] of the member's key */
    const char *file;
    struct cog_diags *diags;
};

static int complain(const struct rules *r, enum cog_severity severity, const char *pointer,
                    const char *code, const char *text)
{
    return cog_report(r->diags, severity, cog_doc_at(r->doc, pointer), code, "%s", text);
}

/* A field, at the top or of `build`, and what to do about it. */
struct field {
    const char *pointer;
    const char *advice;
};

static const char in_build[] = "/build/";

/* The object that a field belongs to, or would; `*name` is its key there. */
static json_t *home_of(const struct rules *r, const char *pointer, const char **name)
{
    bool inner = strncmp(pointer, in_build, sizeof in_build - 1) == 0;

    *name = pointer + (inner ? sizeof in_build - 1 : 1);
    return inner ? r->build : r->values;
}

static bool is_set(const struct rules *r, const char *pointer)
{
    const char *name;
    const json_t *home = home_of(r, pointer, &name);
    return json_object_get(home, name) != NULL;
}

static struct cog_pos key_at(const struct rules *r, const char *pointer)
{
    const json_t *key = json_object_get(r->keys, pointer);

    return (struct cog_pos){r->file, (unsigned)json_integer_value(json_array_get(key, 0)),
                            (unsigned)json_integer_value(json_array_get(key, 1))};
}

/* Keys without a value, such as those of a template whose list is all comments, are not
 * set, as Cog has it. */
static void drop_empty(const struct rules *r, json_t *home, const char *prefix)
{
    const char *name;
    json_t *value;
    void *next;

    json_object_foreach_safe(home, next, name, value) {
        if (!json_is_null(value) || strncmp(name, "x-", 2) == 0)
            continue;
        auto_free char *inner = cog_pointer_member(prefix, name);
        cog_report(r->diags, COG_WARNING, key_at(r, inner), "config.empty",
                   "%s has no value and is ignored; remove the line", name);
        json_object_del(home, name);
    }
}

/* Fields that Cog once had, and what replaces them. They are taken out, so that the schema
 * does not call them unknown. */
static void drop_gone(const struct rules *r)
{
    static const struct field gone[] = {
        {"/tests", "write tests of your own that call cog run"},
        {"/build/cog_runtime", "remove the line; there is only one runtime"},
        {"/build/fast", "remove the line; there is only one way to build"},
        {"/build/python_overrides", "write these versions into the requirements file"},
        {"/build/python_extra_index_urls",
         "write --extra-index-url lines into the requirements file"},
        {"/build/python_find_links", "write --find-links lines into the requirements file"},
    };

    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        const char *name;
        json_t *home = home_of(r, gone[i].pointer, &name);
        if (json_object_del(home, name) == 0)
            cog_report(r->diags, COG_WARNING, key_at(r, gone[i].pointer), "config.gone",
                       "%s is not a key any more and is ignored; %s", name, gone[i].advice);
    }
}

static void warn_deprecated(const struct rules *r)
{
    static const struct field deprecated[] = {
        {"/predict", "deprecated field \"predict\": use \"run\" instead"},
        {"/build/python_packages",
         "python_packages is deprecated; put the lines into requirements.txt and set "
         "python_requirements"},
        {"/build/pre_install", "pre_install is deprecated; append its commands to run"},
        {"/concurrency", "concurrency is deprecated; write @cog.concurrent(max=N) above "
                         "the predict function"},
    };

    for (size_t i = 0; i < sizeof deprecated / sizeof *deprecated; i++)
        if (is_set(r, deprecated[i].pointer))
            complain(r, COG_WARNING, deprecated[i].pointer, "config.deprecated",
                     deprecated[i].advice);
}

static void warn_gpu(const struct rules *r)
{
    bool cuda = is_set(r, "/build/cuda"), cudnn = is_set(r, "/build/cudnn");

    if ((!cuda && !cudnn) || json_is_true(json_object_get(r->build, "gpu")))
        return;
    complain(r, COG_WARNING, cuda ? "/build/cuda" : "/build/cudnn", "config.gpu",
             !cudnn  ? "cuda is only used with gpu: true; add that or remove cuda"
             : !cuda ? "cudnn is only used with gpu: true; add that or remove cudnn"
                     : "cuda and cudnn are only used with gpu: true; add that or remove "
                       "them");
}

/* Whether an image's name is that of one that others build upon. */
static bool is_base(const char *image)
{
    static const char *const bases[] = {
        "library/alpine",
        "library/debian",
        "library/fedora",
        "library/python",
        "library/ubuntu",
        "continuumio/anaconda3",
        "continuumio/miniconda3",
        "nvidia/cuda",
        "nvidia/pytorch",
        "nvidia/tensorflow",
        "pytorch/pytorch",
        "tensorflow/tensorflow",
        "cog-base",
        "mambaorg/micromamba",
    };
    struct cog_reference reference;
    const char *reason;
    bool found = false;

    if (cog_reference_parse(&reference, image, &reason) < 0)
        return false;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        found |= strcmp(reference.path, bases[i]) == 0;
    cog_reference_release(&reference);
    return found;
}

static void warn_base(const struct rules *r)
{
    const char *image = json_string_value(json_object_get(r->values, "image"));

    if (image && is_base(image))
        complain(r, COG_WARNING, "/image", "config.image",
                 "this names the image that is made, not one to build from, which cog "
                 "chooses by build.python_version and build.gpu");
}

/* Whether `name` is new to the set. */
static bool add_name(json_t *names, const char *name)
{
    bool known = json_object_get(names, name) != NULL;

    json_object_set_new(names, name, json_true());
    return !known;
}

static int check_environment(const struct rules *r)
{
    json_auto_t *names = json_object();
    const json_t *item;
    size_t index;
    int result = 0;

    json_array_foreach(json_object_get(r->values, "environment"), index, item) {
        const char *text = json_string_value(item);
        if (!text)
            continue;
        auto_free char *name = cog_strndup(text, strcspn(text, "="));
        auto_free char *pointer = cog_pointer_index("/environment", index);
        if (!add_name(names, name))
            result = complain(r, COG_ERROR, pointer, "config.environment",
                              "this variable is set twice; keep one of them");
    }
    return result;
}

static bool is_inside(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

/* Whether the target of an entry is, holds or is in that of one before it. */
static bool target_overlaps(const char *const *targets, size_t index)
{
    for (size_t i = 0; targets[index] && i < index; i++)
        if (targets[i] && (is_inside(targets[index], targets[i]) ||
                           is_inside(targets[i], targets[index])))
            return true;
    return false;
}

static int check_weights(const struct rules *r)
{
    const json_t *weights = json_object_get(r->values, "weights"), *entry;
    auto_free const char **targets = cog_calloc(json_array_size(weights), sizeof *targets);
    json_auto_t *names = json_object();
    size_t index;
    int result = 0;

    json_array_foreach(weights, index, entry) {
        const char *name = json_string_value(json_object_get(entry, "name"));
        auto_free char *name_at = cog_printf("/weights/%zu/name", index);
        auto_free char *target_at = cog_printf("/weights/%zu/target", index);
        targets[index] = json_string_value(json_object_get(entry, "target"));
        if (name && !add_name(names, name))
            result = complain(r, COG_ERROR, name_at, "config.weights",
                              "an entry before this one has the same name; rename one");
        if (target_overlaps(targets, index))
            result = complain(r, COG_ERROR, target_at, "config.weights",
                              "this folder and that of an entry before it overlap; give "
                              "each a folder of its own");
    }
    return result;
}

/* These may be written as a number. */
static void numbers_to_text(json_t *build)
{
    static const char *const keys[] = {"cudnn", "user"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(build, keys[i]);
        if (!json_is_integer(value))
            continue;
        auto_free char *text =
            cog_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
        json_object_set_new(build, keys[i], json_string(text));
    }
}

json_t *cog_config_make(const json_t *values, const json_t *positions, const json_t *keys,
                        const char *file, struct cog_diags *diags)
{
    const struct cog_schema_place place = {file, positions, keys};
    json_auto_t *config = json_deep_copy(values);
    json_auto_t *doc =
        json_pack("{s:s, s:O, s:{s:s, s:O}}", "schema", "cog/config-1", "config", config,
                  "source", "file", file, "positions", positions);
    struct rules rules = {
        .values = config,
        .doc = doc,
        .keys = keys,
        .file = file,
        .diags = diags,
    };

    drop_empty(&rules, config, "");
    rules.build = json_object_get(config, "build");
    drop_gone(&rules);
    drop_empty(&rules, rules.build, "/build");
    warn_deprecated(&rules);
    warn_gpu(&rules);
    warn_base(&rules);
    int result = cog_schema_check("cog-yaml-1.json", config, &place, diags) |
                 check_environment(&rules) | check_weights(&rules);
    numbers_to_text(rules.build);
    return result == 0 ? json_incref(doc) : NULL;
}
