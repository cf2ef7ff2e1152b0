/* predictor.c - the files and names that cog.yaml's predict (or run) and train mean. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/nearest.h"
#include "base/path.h"
#include "detect/detect.h"
#include "detect/module.h"

/* What cog.yaml may name, and what is looked for there. */
struct entry {
    const char *fact;
    const char *names[3];   /* when cog.yaml gives none */
    const char *methods[3]; /* of which a class has one */
};

static const struct entry predictor = {
    "predictor", {"Runner", "Predictor"}, {"run", "predict"}};
static const struct entry train = {"train", {"train"}, {"train"}};

static int report_missing_name(const struct cog_scan *scan, const struct entry *entry,
                               const char *file, const char *name, const json_t *names,
                               struct cog_pos at)
{
    if (!name && entry->names[1])
        return cog_report(scan->diags, COG_ERROR, at, "predictor.symbol",
                          "%s has neither %s nor %s; write %s:NAME", file, entry->names[0],
                          entry->names[1], file);
    name = name ? name : entry->names[0];
    const char *near = cog_nearest(name, names);
    return cog_report(scan->diags, COG_ERROR, at, "predictor.symbol",
                      near ? "%s has no %s; did you mean %s?"
                           : "%s has no %s at its top level",
                      file, name, near);
}

/* A class that defines both is refused, because only one can be meant. */
static int check_methods(const struct cog_scan *scan, const struct entry *entry,
                         const char *file, const char *name, const json_t *methods)
{
    const json_t *one = json_object_get(methods, entry->methods[0]);
    const json_t *other =
        entry->methods[1] ? json_object_get(methods, entry->methods[1]) : NULL;

    if (!one || !other)
        return 0;
    json_int_t line = json_integer_value(json_object_get(other, "line"));
    return cog_report(scan->diags, COG_ERROR,
                      (struct cog_pos){.file = file, .line = (unsigned)line},
                      "predictor.both", "class %s has both %s and %s; keep one", name,
                      entry->methods[0], entry->methods[1]);
}

static bool is_async(const struct entry *entry, const json_t *symbol)
{
    const json_t *methods = json_object_get(symbol, "methods");
    bool async = json_is_true(json_object_get(symbol, "async"));

    for (size_t i = 0; methods && entry->methods[i]; i++) {
        const json_t *method = json_object_get(methods, entry->methods[i]);
        async = async || json_is_true(json_object_get(method, "async"));
    }
    return async;
}

/* The name that is meant, given or by default, or NULL when the file has no such. */
static const char *choose(const struct entry *entry, const char *name, const json_t *names)
{
    if (name)
        return json_object_get(names, name) || json_object_get(names, "*") ? name : NULL;
    for (const char *const *known = entry->names; *known; known++) {
        if (json_object_get(names, *known))
            return *known;
    }
    return NULL;
}

static int read_names(const struct cog_scan *scan, const struct entry *entry,
                      const char *file, const char *given, struct cog_pos at)
{
    auto_free char *text = cog_scan_read(scan, file);
    if (!text)
        return -1;
    json_auto_t *names = cog_module_names(text);
    const char *name = choose(entry, given, names);
    if (!name && !json_object_get(names, "*"))
        return report_missing_name(scan, entry, file, given, names, at);

    const json_t *symbol = name ? json_object_get(names, name) : NULL;
    const char *kind = json_string_value(json_object_get(symbol, "kind"));
    json_object_set_new(scan->facts, entry->fact,
                        json_pack("{s:s, s:s?, s:s?, s:b, s:o}", "file", file, "name", name,
                                  "kind", kind || !name ? kind : "other", "async",
                                  is_async(entry, symbol), "origin", cog_pos_json(at)));
    return check_methods(scan, entry, file, name, json_object_get(symbol, "methods"));
}

static int detect_entry(const struct cog_scan *scan, const struct entry *entry,
                        const char *reference, struct cog_pos at)
{
    struct stat info;
    const char *colon = strchr(reference, ':');
    auto_free char *file =
        colon ? cog_strndup(reference, (size_t)(colon - reference)) : cog_strdup(reference);
    auto_free char *inside = cog_path_inside("", file);

    if (!inside)
        return cog_report(scan->diags, COG_ERROR, at, "predictor.outside",
                          "%s is outside of the project's folder", file);
    auto_free char *full = cog_path_join(scan->root, inside);
    if (stat(full, &info) < 0 || !S_ISREG(info.st_mode))
        return cog_report(
            scan->diags, COG_ERROR, at, "predictor.missing",
            "there is no file %s; create it, or name the file of your predictor", inside);
    return read_names(scan, entry, inside, colon ? colon + 1 : NULL, at);
}

int cog_detect_predictor(const struct cog_scan *scan)
{
    const struct cog_config *config = scan->config;
    const char *key = json_object_get(config->values, "predict") ? "/predict" : "/run";
    const char *training = json_string_value(json_object_get(config->values, "train"));
    int result = 0;

    if (config->predict)
        result |=
            detect_entry(scan, &predictor, config->predict, cog_config_at(config, key));
    if (training)
        result |= detect_entry(scan, &train, training, cog_config_at(config, "/train"));
    return result;
}
