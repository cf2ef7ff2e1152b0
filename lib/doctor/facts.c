/* facts.c - what the facts of a project tell: GPUs without need, a Python at its end,
 * weights in git. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/path.h"
#include "doctor/doctor.h"

/* The last months of security fixes (PEP 619, 664, 693, 719, 745). */
static const struct {
    const char *python, *end;
} ends[] = {
    {"3.10", "2026-10-31"}, {"3.11", "2027-10-31"}, {"3.12", "2028-10-31"},
    {"3.13", "2029-10-31"}, {"3.14", "2030-10-31"},
};

static void check_python(const struct cog_checkup *checkup)
{
    const struct cog_project *project = checkup->project;
    const char *version = project->python_count ? project->pythons[0].version : NULL;

    for (size_t i = 0; version && i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(ends[i].python);
        if (strncmp(version, ends[i].python, length) != 0 ||
            (version[length] != '\0' && version[length] != '.') ||
            strcmp(checkup->today, ends[i].end) <= 0)
            continue;
        auto_free char *message = cog_printf("Python %s has had no security fixes since %s",
                                             ends[i].python, ends[i].end);
        cog_finding_add(checkup->findings, "warning", "python.end-of-life",
                        project->pythons[0].at, message, "ask for a newer Python");
    }
}

/* Whether something besides cog.yaml's own gpu and cuda may use a GPU. What packages bring
 * that no lock tells of is not known. */
static bool may_use_gpu(const struct cog_project *project)
{
    for (size_t i = 0; i < project->evidence_count; i++)
        if (strncmp(project->evidence[i].subject, "build.", 6) != 0)
            return true;
    return (project->package_count > 0 && !project->lock) ||
           json_object_size(project->frameworks) > 0 || project->install_count > 0 ||
           project->compiler_count > 0;
}

static void check_gpu(const struct cog_checkup *checkup)
{
    const struct cog_project *project = checkup->project;

    if (!json_is_true(cog_config_value(&project->config, "/build/gpu")) ||
        may_use_gpu(project))
        return;
    cog_finding_add(checkup->findings, "warning", "gpu.unneeded",
                    cog_config_at(&project->config, "/build/gpu"),
                    "gpu is set, but nothing that is required is known to use a GPU",
                    "remove the line, if nothing does");
}

/* Whether the index of git has the path: its name stands there as it is, and ends with a
 * null byte (gitformat-index(5), versions 2 and 3). */
static bool is_in_index(const char *index, size_t size, const char *path)
{
    size_t length = strlen(path) + 1;

    for (const char *at = index; at && size - (size_t)(at - index) >= length; at++) {
        at = memchr(at, *path, size - (size_t)(at - index) - length + 1);
        if (!at)
            return false;
        if (at > index && memcmp(at, path, length) == 0)
            return true;
    }
    return false;
}

static void check_weights(const struct cog_checkup *checkup, const char *index, size_t size)
{
    for (size_t i = 0; i < checkup->project->weight_count; i++) {
        const struct cog_weight *weight = &checkup->project->weights[i];
        if (!is_in_index(index, size, weight->path))
            continue;
        auto_free char *message =
            cog_printf("weights of %.1f MiB are in git", (double)weight->size / (1 << 20));
        cog_finding_add(checkup->findings, "note", "weights.in-git",
                        (struct cog_pos){.file = weight->path}, message,
                        "keep them outside of it, or in Git LFS");
    }
}

void cog_check_facts(const struct cog_checkup *checkup)
{
    auto_free char *file = cog_path_join(checkup->root, ".git/index");
    auto_free char *lfs = cog_path_join(checkup->root, ".gitattributes");
    struct cog_diags ignored;
    size_t size, attributes_size;

    check_python(checkup);
    check_gpu(checkup);
    cog_check_requirements(checkup);
    /* No repository, no fault; with Git LFS the file in it is small. */
    cog_diags_init(&ignored, "");
    auto_free char *attributes =
        cog_read_file(lfs, COG_DOC_MAX_BYTES, &attributes_size, &ignored);
    auto_free char *index = cog_read_file(file, COG_DOC_MAX_BYTES, &size, &ignored);
    if (index && !(attributes && strstr(attributes, "filter=lfs")))
        check_weights(checkup, index, size);
    cog_diags_release(&ignored);
}
