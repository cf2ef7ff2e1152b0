/* predictor.c - the file that cog.yaml's predict names. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/path.h"
#include "detect/detect.h"

int cog_detect_predictor(const struct cog_scan *scan)
{
    const struct cog_config *config = scan->config;
    struct stat info;

    if (!config->predict)
        return 0;
    const char *key = json_object_get(config->values, "predict") ? "/predict" : "/run";
    struct cog_pos at = cog_config_at(config, key);
    const char *colon = strchr(config->predict, ':');
    auto_free char *file =
        cog_strndup(config->predict,
                    colon ? (size_t)(colon - config->predict) : strlen(config->predict));
    auto_free char *inside = cog_path_inside("", file);
    if (!inside)
        return cog_report(scan->diags, COG_ERROR, at, "predictor.outside",
                          "%s is outside of the project's folder", file);
    auto_free char *full = cog_path_join(scan->root, inside);
    if (stat(full, &info) < 0 || !S_ISREG(info.st_mode))
        return cog_report(
            scan->diags, COG_ERROR, at, "predictor.missing",
            "there is no file %s; create it, or name the file of your predictor", inside);
    json_object_set_new(scan->facts, "predictor",
                        json_pack("{s:s, s:s?, s:n, s:b, s:o}", "file", inside, "name",
                                  colon ? colon + 1 : NULL, "kind", "async", 0, "origin",
                                  cog_scan_origin(at)));
    return 0;
}
