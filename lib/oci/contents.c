/* contents.c - compares what images say of themselves with what a plan takes them to hold.
 */
#include "oci/contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"

static const struct {
    const char *name, *variable, *what;
} known[] = {
    {"python", "PYTHON_VERSION", "Python"},
    {"cuda", "CUDA_VERSION", "CUDA"},
    {"cudnn", "NV_CUDNN_VERSION", "cuDNN"},
};

/* The value of a variable of the image, or NULL. */
static const char *variable_of(const json_t *image, const char *name)
{
    const json_t *config = json_object_get(json_object_get(image, "config"), "config");
    const json_t *item;
    size_t index, length = strlen(name);

    json_array_foreach(json_object_get(config, "Env"), index, item) {
        const char *text = json_string_value(item);
        if (text && strncmp(text, name, length) == 0 && text[length] == '=')
            return text + length + 1;
    }
    return NULL;
}

/* The number at `*text`, which moves behind it and a dot; false: none is there. */
static bool next_number(const char **text, unsigned long *number)
{
    size_t digits = strspn(*text, "0123456789");

    *number = strtoul(*text, NULL, 10);
    *text += digits + ((*text)[digits] == '.');
    return digits > 0;
}

/* Whether two versions are the same as far as both go: "3.12" and "3.12.4" are. */
static bool agree(const char *one, const char *other)
{
    unsigned long a, b;

    while (next_number(&one, &a) && next_number(&other, &b))
        if (a != b)
            return false;
    return true;
}

static int check_stage(const struct cog_plan_stage *stage, const json_t *image,
                       struct cog_pos at, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *held = variable_of(image, known[i].variable);
        const char *taken = json_string_value(json_object_get(stage->holds, known[i].name));
        if (held && taken && !agree(held, taken))
            result = cog_report(
                diags, COG_ERROR, at, "image.contents",
                "image %s has %s %s, as its %s says, but the plan was made for %s %s; take "
                "another image, or plan with what this one has (cog.yaml, --base, the "
                "catalogue)",
                stage->source.name, known[i].what, held, known[i].variable, known[i].what,
                taken);
    }
    return result;
}

/* Whether a member is an array of texts on one line each, or not there. */
static bool is_lines(const json_t *value)
{
    size_t index;
    json_t *item;

    json_array_foreach(value, index, item) {
        if (!json_is_string(item) || strpbrk(json_string_value(item), "\r\n") ||
            strlen(json_string_value(item)) != json_string_length(item))
            return false;
    }
    return !value || json_is_array(value) || json_is_null(value);
}

static bool is_texts(const json_t *value)
{
    size_t index;
    json_t *item;

    json_array_foreach(value, index, item) {
        if (!json_is_string(item))
            return false;
    }
    return !value || json_is_array(value) || json_is_null(value);
}

/* What an image says of itself becomes the built one's. */
static int check_config(const char *name, const json_t *image, struct cog_pos at,
                        struct cog_diags *diags)
{
    static const char *const lists[] = {"Entrypoint", "Cmd", "Shell", "OnBuild"};
    static const char *const texts[] = {"User", "WorkingDir", "StopSignal"};
    const json_t *config = json_object_get(json_object_get(image, "config"), "config");
    const char *wrong = is_lines(json_object_get(config, "Env")) ? NULL : "Env";

    for (size_t i = 0; !wrong && i < sizeof lists / sizeof *lists; i++)
        if (!is_texts(json_object_get(config, lists[i])))
            wrong = lists[i];
    for (size_t i = 0; !wrong && i < sizeof texts / sizeof *texts; i++) {
        const json_t *text = json_object_get(config, texts[i]);
        if (text && (!json_is_string(text) || strpbrk(json_string_value(text), "\r\n")))
            wrong = texts[i];
    }
    if (!wrong)
        return 0;
    return cog_report(diags, COG_ERROR, at, "image.config",
                      "image %s: the %s of its configuration is wrong: %s; take another "
                      "image",
                      name, wrong,
                      strcmp(wrong, "Env") == 0 ? "each must be NAME=VALUE on one line"
                                                : "it must be text");
}

int cog_image_check_contents(const struct cog_plan *plan, const json_t *names,
                             const json_t *images, struct cog_diags *diags)
{
    int result = 0;

    for (size_t i = 0; i < plan->stage_count; i++) {
        const struct cog_plan_stage *stage = &plan->stages[i];
        if (stage->source.kind != COG_INPUT_IMAGE)
            continue;
        auto_free char *file = NULL;
        const char *place = json_string_value(json_object_get(names, stage->source.name));
        struct cog_pos at = cog_pos_parse(place, &file);
        const json_t *image = json_object_get(images, stage->source.name);
        at = *file ? at : (struct cog_pos){0};
        result |= check_config(stage->source.name, image, at, diags);
        result |= check_stage(stage, image, at, diags);
    }
    return result;
}
