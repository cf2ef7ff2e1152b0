/* validate_operations.c - the rules of operations and their mounts. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "plan/rules.h"

/* A folder is often written with a slash at its end, which copying gives a meaning. */
static void check_dest(struct cog_rules *r, const char *pointer, const char *dest)
{
    size_t length = dest ? strlen(dest) : 0;
    bool slash = length > 1 && dest[length - 1] == '/';
    auto_free char *bare = dest ? cog_strndup(dest, length - slash) : NULL;

    cog_rules_path(r, pointer, "dest", bare);
}

/* Whether the folder `path` is `target`, or contains it. */
static bool contains(const char *path, const char *target)
{
    size_t length = strlen(path);

    return strncmp(path, target, length) == 0 &&
           (target[length] == '\0' || target[length] == '/');
}

/* Mounts are made in their order, so what is mounted later on a folder above hides what is
 * there; the other way round is how a folder gets into a mounted one. */
static void check_target(struct cog_rules *r, const char *place,
                         const struct cog_plan_exec *exec, size_t index)
{
    const char *target = exec->mounts[index].target;

    if (!target)
        return;
    cog_rules_path(r, place, "target", target);
    if (strcmp(target, "/") == 0)
        cog_rules_complain(r, COG_ERROR, place, "plan.target", target,
                           "would hide the stage's own files");
    for (size_t i = 0; i < index; i++) {
        const char *earlier = exec->mounts[i].target;
        if (!earlier || !contains(target, earlier))
            continue;
        auto_free char *what = cog_printf("hides the mount on \"%s\" before it", earlier);
        cog_rules_complain(r, COG_ERROR, place, "plan.target", target,
                           strcmp(target, earlier) == 0 ? "is the target of two mounts"
                                                        : what);
    }
}

/* A variable of an exec is one secret, and nothing else. */
static void check_variable(struct cog_rules *r, const char *place,
                           const struct cog_plan_exec *exec, size_t index)
{
    const char *name = exec->mounts[index].env;

    if (!name)
        return;
    if (json_object_get(exec->env, name))
        cog_rules_complain(r, COG_ERROR, place, "plan.target", name,
                           "is a variable of the command's env, too");
    for (size_t i = 0; i < index; i++)
        if (exec->mounts[i].env && strcmp(exec->mounts[i].env, name) == 0)
            cog_rules_complain(r, COG_ERROR, place, "plan.target", name,
                               "is the variable of two secrets");
}

/* What all mounts of one id must agree in: `value`, in words. */
static void check_shared(struct cog_rules *r, const char *place, const char *code,
                         const char *id, const char *kind, const char *value)
{
    auto_free char *key = cog_printf("%s %s", kind, id);
    const char *before = json_string_value(json_object_get(r->shared, key));

    if (!before) {
        json_object_set_new(r->shared, key, json_string(value));
    } else if (strcmp(before, value) != 0) {
        auto_free char *what = cog_printf("is %s here and %s before", value, before);
        cog_rules_complain(r, COG_ERROR, place, code, id, what);
    }
}

/* A cache belongs to the engine and not to the plan, so ids need owners. */
static void check_cache(struct cog_rules *r, const char *place,
                        const struct cog_plan_mount *mount)
{
    static const char *const sharings[] = {"shared", "private", "locked"};
    auto_free char *key = cog_printf("cache %s", mount->id);

    if (!strpbrk(mount->id, "-._") && !json_object_get(r->shared, key))
        cog_rules_complain(r, COG_WARNING, place, "plan.namespace", mount->id,
                           "is shared with every build of the engine that says the same; "
                           "give it a prefix, as in cog-apt");
    check_shared(r, place, "plan.cache", mount->id, "cache", sharings[mount->sharing]);
}

static void check_mount(struct cog_rules *r, const char *place,
                        const struct cog_plan_exec *exec, size_t index)
{
    const struct cog_plan_mount *mount = &exec->mounts[index];
    const char *need = mount->required ? "required" : "optional";

    check_target(r, place, exec, index);
    check_variable(r, place, exec, index);
    cog_rules_path(r, place, "path", mount->path);
    if (mount->type == COG_MOUNT_CACHE && mount->id)
        check_cache(r, place, mount);
    if (mount->type == COG_MOUNT_SECRET && mount->id)
        check_shared(r, place, "plan.secret", mount->id, "secret", need);
    if (mount->type == COG_MOUNT_SSH)
        check_shared(r, place, "plan.secret", mount->id ? mount->id : "default", "ssh",
                     need);
}

static void check_exec(struct cog_rules *r, const char *pointer,
                       const struct cog_plan_exec *exec)
{
    json_auto_t *shell = exec->shell ? json_pack("[s]", exec->shell) : NULL;

    cog_rules_path(r, pointer, "dir", exec->dir);
    cog_rules_user(r, pointer, "user", exec->user);
    cog_rules_command(r, pointer, "argv", exec->argv);
    cog_rules_command(r, pointer, "shell", shell);
    cog_rules_env(r, pointer, exec->env);
    for (size_t i = 0; i < exec->mount_count; i++) {
        auto_free char *place = cog_printf("%s/mounts/%zu", pointer, i);
        check_mount(r, place, exec, i);
    }
}

static void check_copy(struct cog_rules *r, const char *pointer,
                       const struct cog_plan_copy *copy)
{
    check_dest(r, pointer, copy->dest);
    cog_rules_patterns(r, pointer, "src", copy->src);
    cog_rules_patterns(r, pointer, "include", copy->include);
    cog_rules_patterns(r, pointer, "exclude", copy->exclude);
    cog_rules_user(r, pointer, "chown", copy->chown);
}

static void check_file(struct cog_rules *r, const char *pointer,
                       const struct cog_plan_file *file)
{
    cog_rules_path(r, pointer, "path", file->path);
    cog_rules_user(r, pointer, "chown", file->chown);
    if (file->text)
        cog_rules_text(r, pointer, file->text);
}

static void check_operation(struct cog_rules *r, const char *pointer,
                            const struct cog_plan_operation *op)
{
    if (op->kind == COG_OP_EXEC)
        check_exec(r, pointer, &op->exec);
    else if (op->kind == COG_OP_COPY)
        check_copy(r, pointer, &op->copy);
    else if (op->kind == COG_OP_ENV)
        cog_rules_env(r, pointer, op->env);
    else
        check_file(r, pointer, &op->file);
}

void cog_rules_operations(struct cog_rules *r)
{
    for (size_t i = 0; i < r->plan->stage_count; i++) {
        const struct cog_plan_stage *stage = &r->plan->stages[i];
        auto_free char *place = cog_printf("/stages/%zu", i);
        cog_rules_path(r, place, "dir", stage->dir);
        cog_rules_user(r, place, "user", stage->user);
        cog_rules_env(r, place, stage->env);
        for (size_t j = 0; j < stage->operation_count; j++) {
            auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", i, j);
            check_operation(r, pointer, &stage->operations[j]);
        }
    }
}
