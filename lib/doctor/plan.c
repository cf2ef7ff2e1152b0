/* plan.c - what a plan tells: whether this machine's GPU can run it, and a base image at
 * its end. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "doctor/doctor.h"

/* From a compute capability on, the oldest that run on it (PyTorch's and NVIDIA's release
 * notes). The highest that is not above the machine's counts. */
static const struct {
    const char *capability, *torch, *cuda;
} floors[] = {{"9.0", "2.0.1", "11.8"}, {"10.0", "2.7.0", "12.8"}};

/* The last days of security fixes: LTS for Debian, standard support for Ubuntu. */
static const struct {
    const char *mark, *name, *end;
} suites[] = {
    {"ubuntu18.04", "Ubuntu 18.04", "2023-05-31"},
    {"ubuntu20.04", "Ubuntu 20.04", "2025-05-31"},
    {"ubuntu22.04", "Ubuntu 22.04", "2027-04-30"},
    {"buster", "Debian 10", "2024-06-30"},
    {"bullseye", "Debian 11", "2026-08-31"},
    {"bookworm", "Debian 12", "2028-06-30"},
};

static const char *decided(const json_t *plan, const char *key)
{
    const json_t *decision;
    size_t index;

    json_array_foreach(json_object_get(plan, "decisions"), index, decision) {
        const char *name = json_string_value(json_object_get(decision, "key"));
        if (name && strcmp(name, key) == 0)
            return json_string_value(json_object_get(decision, "value"));
    }
    return NULL;
}

/* Versions are numbers with dots between them; a number that is missing is 0. */
static bool is_older(const char *version, const char *other)
{
    while (*version || *other) {
        char *end, *other_end;
        unsigned long number = strtoul(version, &end, 10);
        unsigned long wanted = strtoul(other, &other_end, 10);
        if (number != wanted)
            return number < wanted;
        if (end == version && other_end == other)
            return false;
        version = end + (*end == '.');
        other = other_end + (*other_end == '.');
    }
    return false;
}

static void check_driver(const struct cog_checkup *checkup, const json_t *plan)
{
    const char *oldest = decided(plan, "cuda.driver"),
               *cuda = decided(plan, "cuda.version");

    if (!oldest || !checkup->driver || !is_older(checkup->driver, oldest))
        return;
    auto_free char *message =
        cog_printf("the driver of this machine, %s, is older than %s, which CUDA%s%s needs",
                   checkup->driver, oldest, cuda ? " " : "", cuda ? cuda : "");
    cog_finding_add(checkup->findings, "warning", "gpu.driver", (struct cog_pos){0},
                    message, "update the driver, or ask for an older CUDA with build.cuda");
}

static void check_capability(const struct cog_checkup *checkup, const json_t *plan)
{
    const char *cuda = decided(plan, "cuda.version");
    size_t i = sizeof floors / sizeof *floors;
    struct cog_framework torch = {0};

    while (i > 0 && checkup->capability &&
           is_older(checkup->capability, floors[i - 1].capability))
        i--;
    if (i == 0 || !checkup->capability || !cuda)
        return;
    (void)cog_project_framework(checkup->project, "torch", &torch);
    bool old_torch = torch.version && is_older(torch.version, floors[i - 1].torch);
    if (!old_torch && !is_older(cuda, floors[i - 1].cuda))
        return;
    auto_free char *message = cog_printf(
        "the GPU of this machine, of compute capability %s, does not run %s%s%sCUDA %s",
        checkup->capability, old_torch ? "torch " : "", old_torch ? torch.version : "",
        old_torch ? " with " : "", cuda);
    auto_free char *remedy = cog_printf("ask for torch %s and CUDA %s, or newer ones",
                                        floors[i - 1].torch, floors[i - 1].cuda);
    cog_finding_add(checkup->findings, "warning", "gpu.capability", torch.at, message,
                    remedy);
}

static void check_image(const struct cog_checkup *checkup, const char *image)
{
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        if (!strstr(image, suites[i].mark) || strcmp(checkup->today, suites[i].end) <= 0)
            continue;
        auto_free char *message =
            cog_printf("the base image %s is %s, which has had no security fixes since %s",
                       image, suites[i].name, suites[i].end);
        cog_finding_add(checkup->findings, "warning", "base.end-of-life",
                        (struct cog_pos){0}, message,
                        "ask for newer versions of what decides it; see cog explain base");
    }
}

/* Each image once. */
static void check_images(const struct cog_checkup *checkup, const json_t *plan)
{
    json_auto_t *images = json_object();
    const json_t *stage;
    const char *image;
    json_t *unused;
    size_t index;

    json_array_foreach(json_object_get(plan, "stages"), index, stage) {
        image =
            json_string_value(json_object_get(json_object_get(stage, "source"), "image"));
        if (image)
            json_object_set_new(images, image, json_null());
    }
    json_object_foreach(images, image, unused) {
        check_image(checkup, image);
    }
}

int cog_check_plan(const struct cog_checkup *checkup, const char *file,
                   struct cog_diags *diags)
{
    size_t size;
    auto_free char *text = cog_read_operand(file, COG_DOC_MAX_BYTES, &size, diags);
    json_auto_t *plan = text ? cog_doc_parse(text, size, file, diags) : NULL;

    if (!plan || cog_doc_expect(plan, "cog/plan-1", file, diags) < 0)
        return -1;
    check_driver(checkup, plan);
    check_capability(checkup, plan);
    check_images(checkup, plan);
    return 0;
}
