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
    struct cog_op_inputs inputs;
    struct mount *mounts;
    Cog__Llb__Mount **pointers;
    size_t mount_count;
    Cog__Llb__SecretEnv *secrets, **secret_pointers;
    size_t secret_count;
    Cog__Llb__HostIP *hosts, **host_pointers;
};

static void set_root(struct exec *e, const char *digest)
{
    Cog__Llb__Mount *root = &e->mounts[0].mount;

    cog__llb__mount__init(root);
    root->dest = (char *)"/";
    root->input = cog_op_inputs_add(&e->inputs, digest);
    root->output = 0;
}

static void set_secret(struct cog_lowering *l, struct mount *m,
                       const struct cog_plan_mount *plan)
{
    cog__llb__secret_opt__init(&m->secret);
    m->secret.id = (char *)(plan->id ? plan->id : "default");
    m->secret.mode = plan->mode;
    m->secret.optional = !plan->required;
    if (plan->type == COG_MOUNT_SSH)
        m->mount.ssh_opt = &m->secret;
    else
        m->mount.secret_opt = &m->secret;
    cog_lower_ask(plan->type == COG_MOUNT_SSH ? l->out->ssh : l->out->secrets, m->secret.id,
                  plan->required);
}

static void add_variable(struct cog_lowering *l, struct exec *e,
                         const struct cog_plan_mount *plan)
{
    Cog__Llb__SecretEnv *secret = &e->secrets[e->secret_count];

    cog__llb__secret_env__init(secret);
    secret->id = (char *)plan->id;
    secret->name = (char *)plan->env;
    secret->optional = !plan->required;
    e->secret_pointers[e->secret_count++] = secret;
    cog_lower_ask(l->out->secrets, plan->id, plan->required);
}

/* The files that a mount shows, or begins with. */
static int set_files(struct cog_lowering *l, struct exec *e, struct mount *m,
                     const struct cog_plan_mount *plan, const char *pointer)
{
    const char *digest;

    if (cog_lower_input(l, &plan->from, pointer, &digest) < 0)
        return -1;
    m->mount.input = cog_op_inputs_add(&e->inputs, digest);
    m->mount.selector = (char *)(plan->path ? plan->path : "");
    return 0;
}

static int set_mount(struct cog_lowering *l, struct exec *e, struct mount *m,
                     const struct cog_plan_mount *plan, const char *pointer)
{
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
        m->mount.readonly = plan->readonly;
    }
    return set_files(l, e, m, plan, pointer);
}

static bool shows_part(const struct exec *e, int64_t input)
{
    for (size_t i = 1; i < e->mount_count; i++)
        if (e->mounts[i].mount.input == input && *e->mounts[i].mount.selector)
            return true;
    return false;
}

/* Of an input of which one mount shows a part and another all, older BuildKits (0.8) hash
 * the part only, so that a change of the rest would go unnoticed, unless all has a name. */
static void name_roots(struct exec *e)
{
    for (size_t i = 1; i < e->mount_count; i++) {
        Cog__Llb__Mount *mount = &e->mounts[i].mount;
        if (mount->input >= 0 && !*mount->selector && shows_part(e, mount->input))
            mount->selector = (char *)"/";
    }
}

static int set_mounts(struct cog_lowering *l, struct exec *e, const char *root,
                      const struct cog_lower_step *step)
{
    const struct cog_plan_exec *plan = &step->operation->exec;

    e->mounts = cog_calloc(plan->mount_count + 1, sizeof *e->mounts);
    e->pointers = cog_calloc(plan->mount_count + 1, sizeof *e->pointers);
    e->secrets = cog_calloc(plan->mount_count, sizeof *e->secrets);
    e->secret_pointers = cog_calloc(plan->mount_count, sizeof *e->secret_pointers);
    set_root(e, root);
    e->pointers[e->mount_count++] = &e->mounts[0].mount;
    for (size_t i = 0; i < plan->mount_count; i++) {
        struct mount *m = &e->mounts[e->mount_count];
        auto_free char *pointer = cog_printf("%s/mounts/%zu/from", step->pointer, i);
        if (plan->mounts[i].env) {
            add_variable(l, e, &plan->mounts[i]);
            continue;
        }
        if (set_mount(l, e, m, &plan->mounts[i], pointer) < 0)
            return -1;
        e->pointers[e->mount_count++] = &m->mount;
    }
    name_roots(e);
    return 0;
}

static json_t *environment(const struct cog_state *state, const struct cog_plan_exec *plan)
{
    json_auto_t *env = json_copy(state->env);
    bool known = json_object_get(plan->env, "SSH_AUTH_SOCK") != NULL;

    cog_env_add(env, plan->env);
    for (size_t i = 0; i < plan->mount_count && !known; i++)
        if (plan->mounts[i].type == COG_MOUNT_SSH) {
            json_object_set_new(env, "SSH_AUTH_SOCK", json_string(plan->mounts[i].target));
            known = true;
        }
    return cog_env_list(env);
}

static void set_meta(Cog__Llb__Meta *meta, const struct cog_state *state,
                     const struct cog_plan_exec *plan)
{
    meta->cwd = (char *)(plan->dir ? plan->dir : state->dir);
    meta->user = (char *)(plan->user ? plan->user : state->user);
}

/* What engines that do not know it would leave out without a word, so they must refuse. A
 * new reference. */
static json_t *caps_of(const struct cog_plan_exec *plan)
{
    bool size = false, variable = false;
    json_t *caps = json_array();

    for (size_t i = 0; i < plan->mount_count; i++) {
        size = size || plan->mounts[i].size;
        variable = variable || plan->mounts[i].env;
    }
    if (size)
        json_array_append_new(caps, json_string("exec.mount.tmpfs.size"));
    if (variable)
        json_array_append_new(caps, json_string("exec.secretenv"));
    return caps;
}

static void set_hosts(struct exec *e, Cog__Llb__Meta *meta, const json_t *hosts)
{
    const json_t *host;
    size_t index;

    e->hosts = cog_calloc(json_array_size(hosts), sizeof *e->hosts);
    e->host_pointers = cog_calloc(json_array_size(hosts), sizeof *e->host_pointers);
    json_array_foreach(hosts, index, host) {
        cog__llb__host_ip__init(&e->hosts[index]);
        e->hosts[index].host = (char *)json_string_value(json_object_get(host, "host"));
        e->hosts[index].ip = (char *)json_string_value(json_object_get(host, "ip"));
        e->host_pointers[index] = &e->hosts[index];
    }
    meta->n_extra_hosts = json_array_size(hosts);
    meta->extra_hosts = e->host_pointers;
}

static const char *add_exec(struct cog_lowering *l, struct exec *e,
                            const struct cog_state *state,
                            const struct cog_lower_step *step, const json_t *caps)
{
    const struct cog_plan_exec *plan = &step->operation->exec;
    json_auto_t *argv = plan->argv ? json_incref((json_t *)plan->argv)
                                   : json_pack("[s,s,s]", "/bin/sh", "-c", plan->shell);
    json_auto_t *env = environment(state, plan);
    auto_free char **args = cog_strings_of(argv), **variables = cog_strings_of(env);
    Cog__Llb__Op message = COG__LLB__OP__INIT;
    Cog__Llb__ExecOp exec = COG__LLB__EXEC_OP__INIT;
    Cog__Llb__Meta meta = COG__LLB__META__INIT;
    Cog__Llb__Platform platform = COG__LLB__PLATFORM__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;

    set_hosts(e, &meta, plan->hosts);
    set_meta(&meta, state, plan);
    meta.n_args = json_array_size(argv);
    meta.args = args;
    meta.n_env = json_array_size(env);
    meta.env = variables;
    exec.meta = &meta;
    exec.network = (int)plan->network;
    l->out->host_network |= plan->network == COG_NETWORK_HOST;
    exec.n_mounts = e->mount_count;
    exec.mounts = e->pointers;
    exec.n_secretenv = e->secret_count;
    exec.secretenv = e->secret_pointers;
    platform.os = (char *)l->plan->os;
    platform.architecture = (char *)l->plan->arch;
    message.op_case = COG__LLB__OP__OP_EXEC;
    message.exec = &exec;
    message.platform = &platform;
    message.constraints = &constraints;
    cog_op_inputs_set(&e->inputs, &message);
    const struct cog_vertex_info info = cog_lower_step_info(l, step, caps);
    return cog_graph_add(l->out->graph, &message, &info);
}

int cog_lower_exec(struct cog_lowering *l, struct cog_state *state,
                   const struct cog_lower_step *step)
{
    struct exec exec = {0};
    json_auto_t *caps = caps_of(&step->operation->exec);

    if (!state->digest)
        return cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                          "llb.scratch", "%s: there are no files to run a command in",
                          step->pointer);
    int result = set_mounts(l, &exec, state->digest, step);
    cog_lower_step_check(l, step, caps);
    if (result == 0)
        state->digest = add_exec(l, &exec, state, step, caps);
    cog_op_inputs_release(&exec.inputs);
    free(exec.mounts);
    free(exec.pointers);
    free(exec.secrets);
    free(exec.secret_pointers);
    free(exec.hosts);
    free(exec.host_pointers);
    return result;
}
