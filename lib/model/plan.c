/* plan.c - the document cog/plan-1 as a struct. */
#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "schema/schema.h"

/* Errors are reported at a JSON Pointer of the plan. */
struct loader {
    struct cog_diags *diags;
    const json_t *list, *stages; /* of the document; id -> index of the first one */
    int result;
};

static void complain(struct loader *l, const char *pointer, const char *code,
                     const char *text)
{
    l->result = cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"}, code,
                           "%s: %s", pointer, text);
}

/* The index of `word` in `words`, which has it by the schema; `fallback` when it is not
 * set. */
static unsigned index_of(const char *const *words, const char *word, unsigned fallback)
{
    if (!word)
        return fallback;
    unsigned index = 0;
    while (words[index] && strcmp(words[index], word) != 0)
        index++;
    return index;
}

/* A member that only some kinds of input or mount have: `kinds` has the bit of each. */
struct member {
    const char *name;
    unsigned kinds;
};

/* Complains about members of other kinds than `kind`; `what` names it. */
static void check_members(struct loader *l, const struct member *members, unsigned kind,
                          const char *what, const json_t *json, const char *pointer,
                          const char *code)
{
    for (; members->name; members++) {
        if (members->kinds & 1U << kind || !json_object_get(json, members->name))
            continue;
        auto_free char *text =
            cog_printf("\"%s\" means nothing to %s", members->name, what);
        complain(l, pointer, code, text);
    }
}

static bool is_ssh(const char *url)
{
    return strncmp(url, "ssh://", 6) == 0 || !strstr(url, "://");
}

static void check_git(struct loader *l, const struct cog_plan_input *input,
                      const char *pointer)
{
    if (!input->git.ref)
        complain(l, pointer, "plan.input", "a git repository needs \"ref\"");
    if (input->git.subdir && input->git.keep_dir)
        complain(l, pointer, "plan.input", "no subdir of a repository has its .git");
    if (is_ssh(input->name) && !input->git.known_hosts)
        complain(l, pointer, "plan.input",
                 "ssh needs \"known_hosts\", lines as ssh-keyscan HOST prints them");
    if (!is_ssh(input->name) && input->git.known_hosts)
        complain(l, pointer, "plan.input", "only ssh has known_hosts");
}

static int mode_of(const json_t *json, const char *member)
{
    const json_t *mode = json_object_get(json, member);

    return mode ? (int)json_integer_value(mode) : -1;
}

static void load_url(struct cog_plan_input *input, const json_t *json)
{
    input->url.checksum = cog_member_text(json, "checksum");
    input->url.filename = cog_member_text(json, "filename");
    input->url.mode = mode_of(json, "mode");
}

static void load_git(struct cog_plan_input *input, const json_t *json)
{
    input->git.ref = cog_member_text(json, "ref");
    input->git.subdir = cog_member_text(json, "subdir");
    input->git.known_hosts = cog_member_text(json, "known_hosts");
    input->git.keep_dir = json_is_true(json_object_get(json, "keep_git_dir"));
}

static void load_input(struct loader *l, struct cog_plan_input *input, const json_t *json,
                       const char *pointer)
{
    static const char *const kinds[] = {"image", "stage", "local", "url", "git", "scratch"};
    static const char *const words[] = {"an image", "a stage",          "a context",
                                        "a url",    "a git repository", "scratch"};
    static const struct member members[] = {
        {"checksum", 1U << COG_INPUT_URL},     {"filename", 1U << COG_INPUT_URL},
        {"mode", 1U << COG_INPUT_URL},         {"ref", 1U << COG_INPUT_GIT},
        {"subdir", 1U << COG_INPUT_GIT},       {"known_hosts", 1U << COG_INPUT_GIT},
        {"keep_git_dir", 1U << COG_INPUT_GIT}, {0},
    };
    unsigned found = 0;

    for (unsigned kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        if (json_object_get(json, kinds[kind])) {
            input->kind = (enum cog_input_kind)kind;
            input->name = cog_member_text(json, kinds[kind]);
            found++;
        }
    if (input->kind == COG_INPUT_URL)
        load_url(input, json);
    else if (input->kind == COG_INPUT_GIT)
        load_git(input, json);
    if (found != 1) {
        complain(l, pointer, "plan.input",
                 "an input is exactly one of image, stage, local, url, git, scratch");
        return;
    }
    check_members(l, members, input->kind, words[input->kind], json, pointer, "plan.input");
    if (input->kind == COG_INPUT_GIT)
        check_git(l, input, pointer);
    const json_t *index = json_object_get(l->stages, input->name ? input->name : "");
    input->stage = index ? (size_t)json_integer_value(index) : json_array_size(l->list);
}

static void check_mount(struct loader *l, const struct cog_plan_mount *mount,
                        const json_t *json, const char *pointer)
{
    static const char *const words[] = {"a bind mount", "a cache mount", "a secret mount",
                                        "an ssh mount", "a tmpfs mount"};
    enum {
        BIND = 1 << COG_MOUNT_BIND,
        CACHE = 1 << COG_MOUNT_CACHE,
        SECRET = 1 << COG_MOUNT_SECRET,
        SSH = 1 << COG_MOUNT_SSH,
        TMPFS = 1 << COG_MOUNT_TMPFS,
    };
    static const struct member members[] = {
        {"from", BIND | CACHE}, {"path", BIND | CACHE},
        {"readonly", BIND},     {"id", CACHE | SECRET | SSH},
        {"sharing", CACHE},     {"required", SECRET | SSH},
        {"mode", SECRET | SSH}, {"env", SECRET},
        {"size", TMPFS},        {0},
    };

    check_members(l, members, mount->type, words[mount->type], json, pointer, "plan.mount");
    if (mount->type == COG_MOUNT_BIND && !json_object_get(json, "from"))
        complain(l, pointer, "plan.mount", "a bind mount needs \"from\"");
    if ((mount->type == COG_MOUNT_CACHE || mount->type == COG_MOUNT_SECRET) && !mount->id)
        complain(l, pointer, "plan.mount", "a cache or secret mount needs \"id\"");
    if (mount->type != COG_MOUNT_SECRET && !mount->target)
        complain(l, pointer, "plan.mount", "a mount needs \"target\"");
    if (mount->type == COG_MOUNT_SECRET && !mount->target == !mount->env)
        complain(l, pointer, "plan.mount", "a secret has either a target or an env");
    if (mount->env && json_object_get(json, "mode"))
        complain(l, pointer, "plan.mount", "a variable has no mode");
}

static void load_mount(struct loader *l, struct cog_plan_mount *mount, const json_t *json,
                       const char *pointer)
{
    static const char *const types[] = {"bind", "cache", "secret", "ssh", "tmpfs", NULL};
    static const char *const sharings[] = {"shared", "private", "locked", NULL};
    const json_t *from = json_object_get(json, "from");
    int mode = mode_of(json, "mode");

    *mount = (struct cog_plan_mount){
        .type = (enum cog_mount_type)index_of(types, cog_member_text(json, "type"), 0),
        .sharing =
            (enum cog_sharing)index_of(sharings, cog_member_text(json, "sharing"), 0),
        .from = {.kind = COG_INPUT_SCRATCH},
        .target = cog_member_text(json, "target"),
        .path = cog_member_text(json, "path"),
        .id = cog_member_text(json, "id"),
        .env = cog_member_text(json, "env"),
        .readonly = !json_is_false(json_object_get(json, "readonly")),
        .required = json_is_true(json_object_get(json, "required")),
        .mode = mode < 0 ? 0400 : (unsigned)mode,
        .size = (size_t)json_integer_value(json_object_get(json, "size")),
    };
    check_mount(l, mount, json, pointer);
    if (from) {
        auto_free char *path = cog_pointer_member(pointer, "from");
        load_input(l, &mount->from, from, path);
    }
}

static void load_mounts(struct loader *l, struct cog_plan_exec *exec, const json_t *list,
                        const char *pointer)
{
    const json_t *item;
    size_t index;

    exec->mount_count = json_array_size(list);
    exec->mounts = cog_calloc(exec->mount_count, sizeof *exec->mounts);
    json_array_foreach(list, index, item) {
        auto_free char *path = cog_printf("%s/mounts/%zu", pointer, index);
        load_mount(l, &exec->mounts[index], item, path);
    }
}

static bool flag_of(const json_t *json, const char *member, bool fallback)
{
    const json_t *flag = json_object_get(json, member);

    return flag ? json_is_true(flag) : fallback;
}

static json_int_t modified_of(const json_t *json)
{
    const json_t *modified = json_object_get(json, "modified");

    return modified ? json_integer_value(modified) : -1;
}

static void load_exec(struct loader *l, struct cog_plan_exec *exec, const json_t *json,
                      const char *pointer)
{
    static const char *const networks[] = {"default", "host", "none", NULL};

    *exec = (struct cog_plan_exec){
        .argv = json_object_get(json, "argv"),
        .shell = cog_member_text(json, "shell"),
        .env = json_object_get(json, "env"),
        .hosts = json_object_get(json, "hosts"),
        .dir = cog_member_text(json, "dir"),
        .user = cog_member_text(json, "user"),
        .network =
            (enum cog_network)index_of(networks, cog_member_text(json, "network"), 0),
    };
    load_mounts(l, exec, json_object_get(json, "mounts"), pointer);
    if (!exec->argv == !exec->shell)
        complain(l, pointer, "plan.exec", "an exec needs either argv or shell");
}

static void load_copy(struct loader *l, struct cog_plan_copy *copy, const json_t *json,
                      const char *pointer)
{
    auto_free char *from = cog_pointer_member(pointer, "from");

    *copy = (struct cog_plan_copy){
        .src = json_object_get(json, "src"),
        .include = json_object_get(json, "include"),
        .exclude = json_object_get(json, "exclude"),
        .dest = cog_member_text(json, "dest"),
        .chown = cog_member_text(json, "chown"),
        .contents = flag_of(json, "contents", false),
        .follow = flag_of(json, "follow", false),
        .allow_empty = flag_of(json, "allow_empty", false),
        .link = flag_of(json, "link", false),
        .wildcard = flag_of(json, "wildcard", true),
        .mode = mode_of(json, "chmod"),
        .modified = modified_of(json),
    };
    load_input(l, &copy->from, json_object_get(json, "from"), from);
}

static void load_file(struct cog_plan_file *file, const json_t *json)
{
    *file = (struct cog_plan_file){
        .path = cog_member_text(json, "path"),
        .chown = cog_member_text(json, "chown"),
        .text = cog_member_text(json, "text"),
        .target = cog_member_text(json, "target"),
        .parents = flag_of(json, "parents", true),
        .wildcard = flag_of(json, "wildcard", false),
        .mode = mode_of(json, "mode"),
        .modified = modified_of(json),
    };
}

static void load_operation(struct loader *l, struct cog_plan_operation *op,
                           const json_t *json, const char *pointer)
{
    static const char *const kinds[] = {"exec",   "copy",    "mkdir", "mkfile",
                                        "remove", "symlink", "env",   NULL};

    *op = (struct cog_plan_operation){
        .kind = (enum cog_operation_kind)index_of(kinds, cog_member_text(json, "op"), 0),
        .title = cog_member_text(json, "title"),
        .why = json_object_get(json, "why"),
    };
    if (op->kind == COG_OP_EXEC)
        load_exec(l, &op->exec, json, pointer);
    else if (op->kind == COG_OP_COPY)
        load_copy(l, &op->copy, json, pointer);
    else if (op->kind == COG_OP_ENV)
        op->env = json_object_get(json, "env");
    else
        load_file(&op->file, json);
}

static void load_stage(struct loader *l, struct cog_plan_stage *stage, const json_t *json,
                       size_t index)
{
    const json_t *list = json_object_get(json, "operations"), *item;
    auto_free char *source = cog_printf("/stages/%zu/source", index);
    size_t i;

    *stage = (struct cog_plan_stage){
        .id = cog_member_text(json, "id"),
        .phase = cog_member_text(json, "phase"),
        .dir = cog_member_text(json, "dir"),
        .user = cog_member_text(json, "user"),
        .env = json_object_get(json, "env"),
        .holds = json_object_get(json, "holds"),
        .operation_count = json_array_size(list),
        .operations = cog_calloc(json_array_size(list), sizeof *stage->operations),
    };
    load_input(l, &stage->source, json_object_get(json, "source"), source);
    json_array_foreach(list, i, item) {
        auto_free char *pointer = cog_printf("/stages/%zu/operations/%zu", index, i);
        load_operation(l, &stage->operations[i], item, pointer);
    }
}

/* A new reference. */
static json_t *index_stages(const json_t *list)
{
    json_t *stages = json_object();

    for (size_t i = json_array_size(list); i-- > 0;)
        json_object_set_new(stages, cog_member_text(json_array_get(list, i), "id"),
                            json_integer((json_int_t)i));
    return stages;
}

int cog_plan_fill(struct cog_plan *plan, json_t *doc, struct cog_diags *diags)
{
    const json_t *list = json_object_get(doc, "stages"), *item;
    json_auto_t *stages = index_stages(list);
    struct loader loader = {.diags = diags, .list = list, .stages = stages};
    const json_t *platform = json_object_get(doc, "platform");
    const json_t *export = json_object_get(doc, "export");
    size_t index;

    *plan = (struct cog_plan){
        .doc = json_incref(doc),
        .os = cog_member_text(platform, "os"),
        .arch = cog_member_text(platform, "arch"),
        .stage_count = json_array_size(list),
        .stages = cog_calloc(json_array_size(list), sizeof *plan->stages),
        .contexts = json_object_get(doc, "contexts"),
        .images = json_object_get(doc, "images"),
        .export_stage = cog_member_text(export, "stage"),
        .tags = json_object_get(export, "tags"),
        .image = json_object_get(export, "image"),
        .labels = json_object_get(export, "labels"),
        .label_files = json_object_get(export, "label_files"),
    };
    json_array_foreach(list, index, item) {
        load_stage(&loader, &plan->stages[index], item, index);
    }
    return loader.result;
}

int cog_plan_load(struct cog_plan *plan, json_t *doc, struct cog_diags *diags)
{
    if (cog_schema_check_doc(doc, diags) < 0)
        return -1;
    int result = cog_plan_fill(plan, doc, diags);
    if (result < 0)
        cog_plan_release(plan);
    return result;
}

void cog_plan_release(struct cog_plan *plan)
{
    for (size_t i = 0; i < plan->stage_count; i++) {
        struct cog_plan_stage *stage = &plan->stages[i];
        for (size_t j = 0; j < stage->operation_count; j++)
            if (stage->operations[j].kind == COG_OP_EXEC)
                free(stage->operations[j].exec.mounts);
        free(stage->operations);
    }
    free(plan->stages);
    json_decref(plan->doc);
    *plan = (struct cog_plan){0};
}

size_t cog_plan_find(const struct cog_plan *plan, const char *id, size_t limit)
{
    size_t index = 0;

    while (index < limit && strcmp(plan->stages[index].id, id) != 0)
        index++;
    return index;
}
