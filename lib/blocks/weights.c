/* weights.c - the block that copies a model's weights to /src, in layers of their own, so
 * that an edit of the source neither sends nor stores them again. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "blocks/blocks.h"

/* The largest files get a layer each. An image can have 127 layers, of which the base and
 * the rest of the plan need some. */
enum { MAX_LAYERS = 32 };

static bool weights_detect(const struct cog_project *project)
{
    return project->weight_count > 0 && !project->environment;
}

static int by_path(const void *a, const void *b)
{
    const struct cog_weight *one = a, *other = b;

    return strcmp(one->path, other->path);
}

static int by_size(const void *a, const void *b)
{
    const struct cog_weight *one = a, *other = b;

    if (one->size != other->size)
        return one->size < other->size ? 1 : -1;
    return by_path(a, b);
}

/* BuildKit takes what it copies for a pattern, but a path with only escaped wildcards for
 * no pattern: there is no name for such a file. */
static bool has_name(const struct cog_weight *weight)
{
    return !strpbrk(weight->path, "*?[\\");
}

static struct cog_pos place_of(const struct cog_weight *weight)
{
    return (struct cog_pos){.file = weight->path};
}

/* A context of the file alone, named by its path: it is what it was whatever becomes of
 * other weights, so only a file that changed is sent. What detecting found is beside what
 * .dockerignore leaves out. */
static void add_layer(struct cog_composer *composer, struct cog_stage *stage,
                      const struct cog_weight *weight, const struct cog_project *project)
{
    auto_free char *digest = cog_sha256(weight->path, strlen(weight->path));
    auto_free char *name = cog_printf("weights-%.12s", strchr(digest, ':') + 1);
    auto_free char *src = cog_printf("/%s", weight->path);
    auto_free char *dest = cog_printf("/src/%s", weight->path);
    auto_free char *pattern = cog_block_pattern(weight->path);

    cog_context_parts_take(composer, name, ".", json_pack("[s]", pattern), json_array());
    json_t *copy = cog_stage_copy_take(stage, cog_why("weights.layer", place_of(weight)),
                                       cog_input_local(name), src, dest);
    cog_block_own(project, copy);
}

/* Together in one layer, in the order of their paths. */
static void add_rest(struct cog_composer *composer, struct cog_stage *stage,
                     struct cog_weight *weights, size_t count,
                     const struct cog_project *project)
{
    json_t *include = json_array(), *why = json_array();

    qsort(weights, count, sizeof *weights, by_path);
    for (size_t i = 0; i < count; i++) {
        auto_free char *pattern = cog_block_pattern(weights[i].path);
        json_array_append_new(include, json_string(pattern));
        cog_why_add(why, "weights.rest", place_of(&weights[i]), NULL);
    }
    cog_context_parts_take(composer, "weights-rest", ".", include, json_array());
    json_t *copy =
        cog_stage_copy_take(stage, why, cog_input_local("weights-rest"), "/", "/src");
    cog_block_own(project, copy);
}

static int weights_plan(const struct cog_project *project, struct cog_composer *composer,
                        struct cog_diags *diags)
{
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_EXPORT_APP, "weights");
    size_t count = project->weight_count, layers = 0, others = 0;
    auto_free struct cog_weight *weights = cog_calloc(count, sizeof *weights);

    (void)diags;
    memcpy(weights, project->weights, count * sizeof *weights);
    qsort(weights, count, sizeof *weights, by_size);
    for (size_t i = 0; i < count; i++) {
        if (layers < MAX_LAYERS && has_name(&weights[i])) {
            add_layer(composer, stage, &weights[i], project);
            layers++;
        } else {
            weights[others++] = weights[i];
        }
    }
    if (others)
        add_rest(composer, stage, weights, others, project);
    return 0;
}

const struct cog_block cog_block_weights = {"weights", weights_detect, NULL, weights_plan};
