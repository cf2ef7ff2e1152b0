/* composer_operations.c - the operations of a stage, and what they take from elsewhere. */
#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "plan/composer.h"
#include "plan/composer_private.h"

json_t *cog_input_image(const char *reference)
{
    return json_pack("{s:s}", "image", reference);
}

json_t *cog_input_phase(enum cog_phase phase)
{
    return json_pack("{s:s}", "phase", cog_phase_name(phase));
}

json_t *cog_input_provided(const char *name)
{
    return json_pack("{s:s}", "provided", name);
}

json_t *cog_input_stage(const char *id)
{
    return json_pack("{s:s}", "stage", id);
}

json_t *cog_input_local(const char *context)
{
    return json_pack("{s:s}", "local", context);
}

static json_t *add_operation(struct cog_stage *stage, json_t *operation)
{
    json_array_append_new(json_object_get(stage->json, "operations"), operation);
    return operation;
}

json_t *cog_stage_exec_take(struct cog_stage *stage, json_t *why, const char *const *argv)
{
    json_t *exec = json_pack("{s:s, s:[], s:o*}", "op", "exec", "argv", "why", why);

    for (; *argv; argv++)
        cog_exec_arg(exec, *argv);
    return add_operation(stage, exec);
}

json_t *cog_stage_shell_take(struct cog_stage *stage, json_t *why, const char *command)
{
    return add_operation(
        stage, json_pack("{s:s, s:s, s:o*}", "op", "exec", "shell", command, "why", why));
}

json_t *cog_stage_copy_take(struct cog_stage *stage, json_t *why, json_t *from,
                            const char *src, const char *dest)
{
    return add_operation(stage, json_pack("{s:s, s:o, s:[s], s:s, s:b, s:o*}", "op", "copy",
                                          "from", from, "src", src, "dest", dest,
                                          "contents", 1, "why", why));
}

void cog_copy_mode(json_t *copy, int mode)
{
    json_object_set_new(copy, "chmod", json_integer(mode));
}

json_t *cog_stage_mkfile_take(struct cog_stage *stage, json_t *why, const char *path,
                              const char *text)
{
    return add_operation(stage, json_pack("{s:s, s:s, s:s, s:o}", "op", "mkfile", "path",
                                          path, "text", text, "why", why));
}

json_t *cog_stage_mkdir_take(struct cog_stage *stage, json_t *why, const char *path)
{
    return add_operation(
        stage, json_pack("{s:s, s:s, s:o*}", "op", "mkdir", "path", path, "why", why));
}

void cog_exec_title(json_t *exec, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    auto_free char *title = cog_vprintf(fmt, args);
    va_end(args);
    for (char *end = strpbrk(title, "\r\n"); end; end = strpbrk(end, "\r\n"))
        *end = ' ';
    json_object_set_new(exec, "title", json_string(title));
}

void cog_exec_arg(json_t *exec, const char *arg)
{
    json_array_append_new(json_object_get(exec, "argv"), json_string(arg));
}

void cog_exec_env(json_t *exec, const char *name, const char *value)
{
    json_object_set_new(cog_composer_member(exec, "env", json_object), name,
                        json_string(value));
}

void cog_exec_dir(json_t *exec, const char *dir)
{
    json_object_set_new(exec, "dir", json_string(dir));
}

static void add_mount(json_t *exec, json_t *mount)
{
    json_array_append_new(cog_composer_member(exec, "mounts", json_array), mount);
}

void cog_exec_bind_take(json_t *exec, json_t *from, const char *target)
{
    add_mount(exec,
              json_pack("{s:s, s:o, s:s}", "type", "bind", "from", from, "target", target));
}

void cog_exec_bind_part_take(json_t *exec, json_t *from, const char *path,
                             const char *target)
{
    add_mount(exec, json_pack("{s:s, s:o, s:s, s:s}", "type", "bind", "from", from, "path",
                              path, "target", target));
}

void cog_exec_scratch_take(json_t *exec, json_t *from, const char *target)
{
    add_mount(exec, json_pack("{s:s, s:o, s:s, s:b}", "type", "bind", "from", from,
                              "target", target, "readonly", 0));
}

void cog_exec_cache(json_t *exec, const char *id, const char *target,
                    enum cog_cache_sharing sharing)
{
    add_mount(exec,
              json_pack("{s:s, s:s, s:s, s:s}", "type", "cache", "id", id, "target", target,
                        "sharing", sharing == COG_CACHE_LOCKED ? "locked" : "shared"));
}

static void add_secret(json_t *exec, const char *id, const char *target, bool required)
{
    add_mount(exec, json_pack("{s:s, s:s, s:s, s:b, s:i}", "type", "secret", "id", id,
                              "target", target, "required", required, "mode", 0444));
}

void cog_exec_secret(json_t *exec, const char *id, const char *target)
{
    add_secret(exec, id, target, true);
}

void cog_exec_optional_secret(json_t *exec, const char *id, const char *target)
{
    add_secret(exec, id, target, false);
}

void cog_exec_offline(json_t *exec)
{
    json_object_set_new(exec, "network", json_string("none"));
}
