/* cog-resolve.c - pins the images of a plan and adds their configs. */
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "base/path.h"
#include "cli/program.h"
#include "oci/contents.h"
#include "oci/lock.h"
#include "oci/plan_images.h"
#include "oci/registries.h"
#include "submit/image_lookup.h"

struct request {
    const char *directory;
    bool no_lock;
    struct cog_image_lookup lookup;
};

enum { LOCKED = 256, UPDATE, OFFLINE, NO_LOCK, MIRROR };

static const struct cog_option options[] = {
    {'C', "directory", "DIR", "the folder of cog.lock (default: the current one)"},
    COG_BUILDER_OPTIONS,
    {MIRROR, "registry-mirror", "MIRROR", "URL or REGISTRY=URL, asked first; repeatable"},
    {LOCKED, "locked", NULL, "refuse images that cog.lock lacks or has otherwise"},
    {UPDATE, "update", NULL, "ask anew for what cog.lock has"},
    {OFFLINE, "offline", NULL, "ask no registry"},
    {NO_LOCK, "no-lock", NULL, "neither read nor write cog.lock"},
    {0},
};

static const struct cog_pos nowhere = {0};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    if (letter == 'C')
        request->directory = value;
    if (letter == MIRROR)
        return cog_registries_add_mirror(request->lookup.mirrors, value, diags);
    (void)cog_builder_option(&request->lookup.builder, letter, value);
    request->lookup.locked |= letter == LOCKED;
    request->lookup.update |= letter == UPDATE;
    request->lookup.offline |= letter == OFFLINE;
    request->no_lock |= letter == NO_LOCK;
    if (request->lookup.locked && (request->lookup.update || request->no_lock))
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "--locked goes neither with --update nor with --no-lock");
    return 0;
}

static json_t *resolve(struct request *request, const struct cog_plan *plan,
                       const json_t *lock, json_t *changes, struct cog_diags *diags)
{
    json_auto_t *names = cog_plan_images(plan);
    json_auto_t *images =
        cog_image_look_up(&request->lookup, plan, names, lock, changes, diags);

    if (!images || cog_image_check_contents(plan, names, images, diags) < 0)
        return NULL;
    return json_incref(images);
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    struct request *request = state;
    auto_free char *path = cog_path_join(request->directory, "cog.lock");
    struct cog_plan plan;

    if (cog_plan_load(&plan, in->doc, diags) < 0)
        return -1;
    json_auto_t *lock = request->no_lock ? cog_lock_new() : cog_lock_load(path, diags);
    json_auto_t *changes = cog_lock_new();
    json_auto_t *images = lock ? resolve(request, &plan, lock, changes, diags) : NULL;
    cog_plan_release(&plan);
    if (request->lookup.interrupted)
        return COG_EXIT_INTERRUPTED;
    if (!images || (!request->no_lock && cog_lock_save(changes, path, diags) < 0))
        return -1;
    out->doc = json_copy(in->doc);
    return json_object_set(out->doc, "images", images);
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-resolve",
        .purpose = "Pins the images of a build plan and adds their configurations.",
        .read = "cog/plan-1",
        .write = "cog/plan-1",
        .options = options,
        .option = option,
        .run = run,
    };
    struct request request = {.directory = ".", .lookup.mirrors = json_array()};
    int status = cog_main(&program, &request, argc, argv);
    json_decref(request.lookup.mirrors);
    return status;
}
