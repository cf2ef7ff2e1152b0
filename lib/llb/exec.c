/* exec.c - the vertex of a command. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "llb/env.h"
#include "llb/lowering.h"

/* solver/pb MountType. */
static const int mount_types[] = {
    [COG_MOUNT_BIND] = 0, [COG_MOUNT_CACHE] = 3, [COG_MOUNT_SECRET] = 1,
    [COG_MOUNT_SSH] = 2,  [COG_MOUNT_TMPFS] = 4,
};

/* A mount and the options that it may point to. */
struct mount {
    Cog__Llb__Mount mount;
    Cog__Llb__CacheOpt cache;
    Cog__Llb__SecretOpt secret;
    Cog__Llb__TmpfsOpt tmpfs;
};

/* Everything that an exec vertex is packed from. */
struct exec {
    struct cog_inputs inputs;
    struct mount *mounts;
    Cog__Llb__Mount **pointers;
    json_t *env; /* NAME=VALUE list; strings are borrowed from it */
    char **strings;
    size_t mount_count;
};

static void set_root(struct exec *e, const char *digest)
{
    Cog__Llb__Mount *root = &e->mounts[0].mount;

    cog__llb__mount__init(root);
    root->dest = (char *)"/";
    root->input = cog_inputs_add(&e->inputs, digest);
    root->output = 0;
}

static void set_secret(struct cog_lowering *l, struct mount *m,
                       const struct cog_plan_mount *plan)
{
    cog__llb__secret_opt__init(&m->secret);
    m->secret.id = (char *)(plan->id ? plan->id : "default");
    m->secret.mode = plan->mode;
    m->secret.optional = !plan->required;
    if (plan->type == COG_MOUNT_SSH) {
        m->mount.ssh_opt = &m->secret;
        return;
    }
    m->mount.secret_opt = &m->secret;
    if (plan->required || !json_object_get(l->out->secrets, plan->id))
        json_object_set_new(l->out->secrets, plan->id, json_boolean(plan->required));
}

static int set_mount(struct cog_lowering *l, struct exec *e, struct mount *m,
                     const struct cog_plan_mount *plan, const char *pointer)
{
    const char *digest = NULL;

    cog__llb__mount__init(&m->mount);
    m->mount.dest = (char *)plan->target;
    m->mount.input = m->mount.output = -1;
    m->mount.mount_type = mount_types[plan->type];
    if (plan->type == COG_MOUNT_CACHE) {
        cog__llb__cache_opt__init(&m->cache);
        m->cache.id = (char *)plan->id;
        m->cache.sharing = (int)plan->sharing;
        m->mount.cache_opt = &m->cache;
    } else if (plan->type == COG_MOUNT_TMPFS && plan->size) {
        cog__llb__tmpfs_opt__init(&m->tmpfs);
        m->tmpfs.size = (int64_t)plan->size;
        m->mount.tmpfs_opt = &m->tmpfs;
    } else if (plan->type == COG_MOUNT_SECRET || plan->type == COG_MOUNT_SSH) {
        set_secret(l, m, plan);
    } else if (plan->type == COG_MOUNT_BIND) {
        if (cog_lower_input(l, &plan->from, pointer, &digest) < 0)
            return -1;
        m->mount.input = cog_inputs_add(&e->inputs, digest);
        m->mount.selector = (char *)(plan->path ? plan->path : "");
        m->mount.readonly = plan->readonly;
    }
    return 0;
}

static int set_mounts(struct cog_lowering *l, struct exec *e, const char *root,
                      const struct cog_step *step)
{
    const struct cog_plan_operation *op = step->operation;

    e->mount_count = op->mount_count + 1;
    e->mounts = cog_calloc(e->mount_count, sizeof *e->mounts);
    e->pointers = cog_calloc(e->mount_count, sizeof *e->pointers);
    set_root(e, root);
    for (size_t i = 0; i < op->mount_count; i++) {
        auto_free char *pointer = cog_printf("%s/mounts/%zu/from", step->pointer, i);
        if (set_mount(l, e, &e->mounts[i + 1], &op->mounts[i], pointer) < 0)
            return -1;
    }
    for (size_t i = 0; i < e->mount_count; i++)
        e->pointers[i] = &e->mounts[i].mount;
    return 0;
}

static json_t *environment(const struct cog_state *state,
                           const struct cog_plan_operation *op)
{
    json_auto_t *env = json_copy(state->env);

    cog_env_add(env, op->env);
    return cog_env_list(env);
}

static void set_meta(Cog__Llb__Meta *meta, const struct cog_state *state,
                     const struct cog_plan_operation *op)
{
    meta->cwd = (char *)(op->dir ? op->dir : state->dir);
    meta->user = (char *)(op->user ? op->user : state->user);
}

/* A limit on a tmpfs is ignored by engines that do not know it, so they must refuse. */
static const char *cap_of(const struct cog_plan_operation *op)
{
    for (size_t i = 0; i < op->mount_count; i++)
        if (op->mounts[i].type == COG_MOUNT_TMPFS && op->mounts[i].size)
            return "exec.mount.tmpfs.size";
    return NULL;
}

static const char *add_exec(struct cog_lowering *l, struct exec *e,
                            const struct cog_state *state, const struct cog_step *step)
{
    const struct cog_plan_operation *op = step->operation;
    json_auto_t *argv = op->argv ? json_incref((json_t *)op->argv)
                                 : json_pack("[s,s,s]", "/bin/sh", "-c", op->shell);
    json_auto_t *env = environment(state, op);
    auto_free char **args = cog_strings_of(argv), **variables = cog_strings_of(env);
    Cog__Llb__Op message = COG__LLB__OP__INIT;
    Cog__Llb__ExecOp exec = COG__LLB__EXEC_OP__INIT;
    Cog__Llb__Meta meta = COG__LLB__META__INIT;
    Cog__Llb__Platform platform = COG__LLB__PLATFORM__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;

    set_meta(&meta, state, op);
    meta.n_args = json_array_size(argv);
    meta.args = args;
    meta.n_env = json_array_size(env);
    meta.env = variables;
    exec.meta = &meta;
    exec.network = (int)op->network;
    exec.n_mounts = e->mount_count;
    exec.mounts = e->pointers;
    platform.os = (char *)l->plan->os;
    platform.architecture = (char *)l->plan->arch;
    message.op_case = COG__LLB__OP__OP_EXEC;
    message.exec = &exec;
    message.platform = &platform;
    message.constraints = &constraints;
    cog_inputs_set(&e->inputs, &message);
    const struct cog_vertex_info info = cog_step_info(l, step, cap_of(op));
    return cog_graph_add(l->out->graph, &message, &info);
}

int cog_lower_exec(struct cog_lowering *l, struct cog_state *state,
                   const struct cog_step *step)
{
    struct exec exec = {0};

    if (!state->digest)
        return cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                          "llb.scratch", "%s: there are no files to run a command in",
                          step->pointer);
    int result = set_mounts(l, &exec, state->digest, step);
    if (result == 0)
        state->digest = add_exec(l, &exec, state, step);
    cog_inputs_release(&exec.inputs);
    free(exec.mounts);
    free(exec.pointers);
    return result;
}
