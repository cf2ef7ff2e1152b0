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

static const struct cog_option options[] = {
    {'C', "directory", "DIR", "the folder of cog.lock (default: the current one)",
     COG_OPTION_TEXT, offsetof(struct request, directory)},
    {.kind = COG_OPTION_GROUP,
     .offset = offsetof(struct request, lookup.builder),
     .group = cog_builder_option_table},
    {0, "registry-mirror", "MIRROR", "URL or REGISTRY=URL, asked first; repeatable"},
    {0, "locked", NULL, "refuse images that cog.lock lacks or has otherwise",
     COG_OPTION_FLAG, offsetof(struct request, lookup.locked)},
    {0, "update", NULL, "ask anew for what cog.lock has", COG_OPTION_FLAG,
     offsetof(struct request, lookup.update)},
    {0, "offline", NULL, "ask no registry", COG_OPTION_FLAG,
     offsetof(struct request, lookup.offline)},
    {0, "no-lock", NULL, "neither read nor write cog.lock", COG_OPTION_FLAG,
     offsetof(struct request, no_lock)},
    {0},
};

/* The one option that goes nowhere by itself. */
static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    (void)letter;
    return cog_registries_add_mirror(((struct request *)state)->lookup.mirrors, value,
                                     diags);
}

static const char *contradiction(const void *state)
{
    const struct request *r = state;

    return r->lookup.locked && (r->lookup.update || r->no_lock)
               ? "--locked goes neither with --update nor with --no-lock"
               : NULL;
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
        .contradiction = contradiction,
        .run = run,
    };
    struct request request = {
        .directory = ".",
        .lookup = {.builder.addresses = json_array(), .mirrors = json_array()}};
    int status = cog_main(&program, &request, argc, argv);
    json_decref(request.lookup.builder.addresses);
    json_decref(request.lookup.mirrors);
    return status;
}
