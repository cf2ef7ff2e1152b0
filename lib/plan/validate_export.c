/* validate_export.c - the rules of what an image says of itself, and of base images. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "model/reference.h"
#include "plan/rules.h"

static void check_tag(struct cog_rules *r, const char *pointer, const char *tag)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, tag, &reason) < 0) {
        cog_rules_complain(r, COG_ERROR, pointer, "plan.tag", tag, reason);
        return;
    }
    if (reference.digest)
        cog_rules_complain(r, COG_ERROR, pointer, "plan.tag", tag,
                           "has a digest, which is not known before the image is built");
    cog_reference_release(&reference);
}

static void check_tags(struct cog_rules *r)
{
    const json_t *tag;
    size_t index;

    json_array_foreach(r->plan->tags, index, tag) {
        auto_free char *pointer = cog_pointer_index("/export/tags", index);
        check_tag(r, pointer, json_string_value(tag));
    }
}

/* The schema has seen to the form: NUMBER or NUMBER/PROTOCOL. */
static void check_ports(struct cog_rules *r, const json_t *ports)
{
    json_auto_t *seen = json_object();
    const json_t *item;
    size_t index;

    json_array_foreach(ports, index, item) {
        const char *text = json_string_value(item), *slash = strchr(text, '/');
        long number = strtol(text, NULL, 10);
        auto_free char *port = cog_printf("%ld%s", number, slash ? slash : "/tcp");
        auto_free char *pointer = cog_pointer_index("/export/image/exposed_ports", index);
        if (number < 1 || number > 65535)
            cog_rules_complain(r, COG_ERROR, pointer, "plan.port", text,
                               "is not a port from 1 to 65535");
        else if (json_object_get(seen, port))
            cog_rules_complain(r, COG_ERROR, pointer, "plan.port", text, "is there twice");
        json_object_set_new(seen, port, json_true());
    }
}

static void check_volumes(struct cog_rules *r, const json_t *paths)
{
    const json_t *path;
    size_t index;

    json_array_foreach(paths, index, path) {
        auto_free char *member = cog_printf("%zu", index);
        cog_rules_path(r, "/export/image/volumes", member, json_string_value(path));
    }
}

/* Docker's and OCI's tools take more; what has a space, an = or a quote in it, or is not
 * ASCII, cannot be asked for on every command line. */
static bool is_label(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length <= 255 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "._-/:+@") == length;
}

static void check_labels(struct cog_rules *r, const char *pointer, const json_t *labels)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)labels, name, value) {
        auto_free char *place = cog_pointer_member(pointer, name);
        if (!is_label(name))
            cog_rules_complain(r, COG_ERROR, place, "plan.label", name,
                               "is not a label name: up to 255 letters, digits and "
                               "._-/:+@");
    }
}

static void check_label_files(struct cog_rules *r)
{
    const char *name;
    json_t *path;

    check_labels(r, "/export/label_files", r->plan->label_files);
    json_object_foreach((json_t *)r->plan->label_files, name, path) {
        auto_free char *place = cog_pointer_member("/export/label_files", name);
        cog_rules_path(r, "/export/label_files", name, json_string_value(path));
        if (json_object_get(r->plan->labels, name))
            cog_rules_complain(r, COG_ERROR, place, "plan.label", name,
                               "is one of the labels already");
    }
}

static void check_platforms(struct cog_rules *r)
{
    const char *name;
    json_t *image;

    json_object_foreach((json_t *)r->plan->images, name, image) {
        const json_t *config = json_object_get(image, "config");
        const char *os = json_string_value(json_object_get(config, "os"));
        const char *arch = json_string_value(json_object_get(config, "architecture"));
        auto_free char *pointer = cog_pointer_member("/images", name);
        auto_free char *what = cog_printf("is for %s/%s, the plan for %s/%s", os, arch,
                                          r->plan->os, r->plan->arch);
        if (strcmp(os, r->plan->os) != 0 || strcmp(arch, r->plan->arch) != 0)
            cog_rules_complain(r, COG_ERROR, pointer, "plan.platform", name, what);
    }
}

void cog_rules_export(struct cog_rules *r)
{
    static const char pointer[] = "/export/image";
    const json_t *image = r->plan->image;

    check_tags(r);
    cog_rules_path(r, pointer, "workdir",
                   json_string_value(json_object_get(image, "workdir")));
    cog_rules_user(r, pointer, "user", json_string_value(json_object_get(image, "user")));
    cog_rules_env(r, pointer, json_object_get(image, "env"));
    cog_rules_command(r, pointer, "entrypoint", json_object_get(image, "entrypoint"));
    cog_rules_command(r, pointer, "cmd", json_object_get(image, "cmd"));
    check_ports(r, json_object_get(image, "exposed_ports"));
    check_volumes(r, json_object_get(image, "volumes"));
    check_labels(r, "/export/labels", r->plan->labels);
    check_label_files(r);
    check_platforms(r);
}
