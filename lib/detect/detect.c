/* detect.c - runs the detectors over a project folder. */
#include "detect/detect.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"

static int (*const detectors[])(const struct cog_scan *scan) = {
    cog_detect_ignore, /* before weights, which reads what it found */
    cog_detect_predictor,    cog_detect_packages, /* before those up to accelerators,
                                                     likewise */
    cog_detect_python,       cog_detect_frameworks, cog_detect_accelerators,
    cog_detect_import_paths, cog_detect_programs, /* which follows imports */
    cog_detect_weights,      cog_detect_git,
};

json_t *cog_detect(const struct cog_config *config, const char *root,
                   struct cog_diags *diags)
{
    json_auto_t *facts = json_object();
    struct cog_toml_file *tables = NULL;
    const struct cog_scan scan = {root, config, facts, diags, &tables};
    struct stat info;
    int result = 0;

    if (stat(root, &info) < 0 || !S_ISDIR(info.st_mode)) {
        cog_report(diags, COG_ERROR, (struct cog_pos){.file = root}, "file.missing",
                   "this folder does not exist");
        return NULL;
    }
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++)
        result |= detectors[i](&scan);
    cog_toml_files_release(tables);
    if (result < 0)
        return NULL;
    json_t *doc = json_copy(config->doc);
    json_object_set_new(doc, "schema", json_string("cog/project-1"));
    json_object_set(doc, "facts", facts);
    return doc;
}
