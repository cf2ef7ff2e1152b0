/* file.c - the vertices of operations on files: copy, mkdir, mkfile, remove, symlink. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "llb/lowering.h"

/* One action and everything that it may point to. */
struct action {
    Cog__Llb__FileAction action;
    union {
        Cog__Llb__FileActionCopy copy;
        Cog__Llb__FileActionMkDir mkdir;
        Cog__Llb__FileActionMkFile mkfile;
        Cog__Llb__FileActionRm rm;
        Cog__Llb__FileActionSymlink symlink;
    } of;
    char *path;
};

/* "USER:GROUP": names are looked up in the files of input 0, numbers taken as they are. A
 * user without a group gets the one that goes with it: that of /etc/passwd, or the same
 * number. */
struct owner {
    Cog__Llb__ChownOpt chown;
    Cog__Llb__UserOpt options[2];
    Cog__Llb__NamedUserOpt names[2];
    char *words[2];
};

static void set_user(struct owner *owner, unsigned which)
{
    Cog__Llb__UserOpt *option = &owner->options[which];
    Cog__Llb__NamedUserOpt *name = &owner->names[which];
    const char *word = owner->words[which];

    cog__llb__user_opt__init(option);
    cog__llb__named_user_opt__init(name);
    if (strspn(word, "0123456789") == strlen(word)) {
        option->user_case = COG__LLB__USER_OPT__USER_BY_ID;
        option->by_id = (uint32_t)strtoul(word, NULL, 10);
        return;
    }
    name->name = (char *)word;
    option->user_case = COG__LLB__USER_OPT__USER_BY_NAME;
    option->by_name = name;
}

static void set_owner(struct owner *owner, const char *text)
{
    const char *colon = strchr(text, ':');

    cog__llb__chown_opt__init(&owner->chown);
    owner->words[0] = cog_strndup(text, colon ? (size_t)(colon - text) : strlen(text));
    set_user(owner, 0);
    owner->chown.user = &owner->options[0];
    if (colon) {
        owner->words[1] = cog_strdup(colon + 1);
        set_user(owner, 1);
        owner->chown.group = &owner->options[1];
    }
}

static bool has_name(const struct owner *owner)
{
    return owner->options[0].user_case == COG__LLB__USER_OPT__USER_BY_NAME ||
           owner->options[1].user_case == COG__LLB__USER_OPT__USER_BY_NAME;
}

static void release_owner(struct owner *owner)
{
    free(owner->words[0]);
    free(owner->words[1]);
}

/* The time of last change, in nanoseconds, of what has none of its own. */
static int64_t time_of(json_int_t modified, int64_t fallback)
{
    return modified < 0 ? fallback : (int64_t)modified * 1000000000;
}

static void set_copy(struct action *a, const struct cog_plan_copy *plan, const char *src,
                     Cog__Llb__ChownOpt *owner)
{
    Cog__Llb__FileActionCopy *copy = &a->of.copy;

    cog__llb__file_action_copy__init(copy);
    a->path = cog_printf("%s%s", *src == '/' ? "" : "/", strcmp(src, ".") == 0 ? "" : src);
    copy->src = a->path;
    copy->dest = (char *)plan->dest;
    copy->owner = owner;
    copy->mode = plan->mode;
    copy->follow_symlink = plan->follow;
    copy->dir_copy_contents = plan->contents;
    copy->create_dest_path = true;
    copy->allow_wildcard = plan->wildcard;
    copy->allow_empty_wildcard = plan->allow_empty;
    copy->timestamp = time_of(plan->modified, -1);
    copy->n_include_patterns = json_array_size(plan->include);
    copy->n_exclude_patterns = json_array_size(plan->exclude);
    a->action.action_case = COG__LLB__FILE_ACTION__ACTION_COPY;
    a->action.copy = copy;
}

static void set_mkdir(struct action *a, const struct cog_plan_file *plan,
                      Cog__Llb__ChownOpt *owner)
{
    Cog__Llb__FileActionMkDir *folder = &a->of.mkdir;

    cog__llb__file_action_mk_dir__init(folder);
    folder->path = (char *)plan->path;
    folder->mode = plan->mode < 0 ? 0755 : plan->mode;
    folder->make_parents = plan->parents;
    folder->owner = owner;
    folder->timestamp = time_of(plan->modified, COG_EPOCH_NS);
    a->action.action_case = COG__LLB__FILE_ACTION__ACTION_MKDIR;
    a->action.mkdir = folder;
}

static void set_mkfile(struct action *a, const struct cog_plan_file *plan,
                       Cog__Llb__ChownOpt *owner)
{
    Cog__Llb__FileActionMkFile *file = &a->of.mkfile;

    cog__llb__file_action_mk_file__init(file);
    file->path = (char *)plan->path;
    file->mode = plan->mode < 0 ? 0644 : plan->mode;
    file->data = (ProtobufCBinaryData){strlen(plan->text), (uint8_t *)plan->text};
    file->owner = owner;
    file->timestamp = time_of(plan->modified, COG_EPOCH_NS);
    a->action.action_case = COG__LLB__FILE_ACTION__ACTION_MKFILE;
    a->action.mkfile = file;
}

static void set_remove(struct action *a, const struct cog_plan_file *plan)
{
    Cog__Llb__FileActionRm *rm = &a->of.rm;

    cog__llb__file_action_rm__init(rm);
    rm->path = (char *)plan->path;
    rm->allow_not_found = true; /* false makes no difference to BuildKit */
    rm->allow_wildcard = plan->wildcard;
    a->action.action_case = COG__LLB__FILE_ACTION__ACTION_RM;
    a->action.rm = rm;
}

static void set_symlink(struct action *a, const struct cog_plan_file *plan,
                        Cog__Llb__ChownOpt *owner)
{
    Cog__Llb__FileActionSymlink *link = &a->of.symlink;

    cog__llb__file_action_symlink__init(link);
    link->oldpath = (char *)plan->target;
    link->newpath = (char *)plan->path;
    link->owner = owner;
    link->timestamp = time_of(plan->modified, COG_EPOCH_NS);
    a->action.action_case = COG__LLB__FILE_ACTION__ACTION_SYMLINK;
    a->action.symlink = link;
}

static void set_action(struct action *a, const struct cog_plan_operation *op,
                       Cog__Llb__ChownOpt *owner)
{
    cog__llb__file_action__init(&a->action);
    if (op->kind == COG_OP_MKDIR)
        set_mkdir(a, &op->file, owner);
    else if (op->kind == COG_OP_MKFILE)
        set_mkfile(a, &op->file, owner);
    else if (op->kind == COG_OP_REMOVE)
        set_remove(a, &op->file);
    else
        set_symlink(a, &op->file, owner);
}

/* What engines that do not know it would leave out without a word, so they must refuse. A
 * new reference. */
static json_t *caps_of(const struct cog_plan_operation *op)
{
    json_t *caps = json_array();

    if (op->kind == COG_OP_COPY &&
        (json_array_size(op->copy.include) || json_array_size(op->copy.exclude)))
        json_array_append_new(caps, json_string("file.copy.includeexcludepatterns"));
    if (op->kind == COG_OP_SYMLINK)
        json_array_append_new(caps, json_string("file.symlink.create"));
    return caps;
}

/* Chains the actions: each works on what the one before left, the last gives the vertex's
 * output. */
static void chain(struct action *actions, size_t count, const struct cog_op_inputs *inputs,
                  int64_t base, int64_t from)
{
    for (size_t i = 0; i < count; i++) {
        actions[i].action.input = i == 0 ? base : (int64_t)(inputs->count + i) - 1;
        actions[i].action.secondary_input = from;
        actions[i].action.output = i + 1 == count ? 0 : -1;
    }
}

static const char *add_actions(struct cog_lowering *l, struct action *actions, size_t count,
                               struct cog_op_inputs *inputs,
                               const struct cog_vertex_info *info)
{
    auto_free Cog__Llb__FileAction **pointers = cog_calloc(count, sizeof *pointers);
    Cog__Llb__FileOp file = COG__LLB__FILE_OP__INIT;
    Cog__Llb__Op op = COG__LLB__OP__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;

    for (size_t i = 0; i < count; i++)
        pointers[i] = &actions[i].action;
    file.n_actions = count;
    file.actions = pointers;
    op.op_case = COG__LLB__OP__OP_FILE;
    op.file = &file;
    op.constraints = &constraints;
    cog_op_inputs_set(inputs, &op);
    return cog_graph_add(l->out->graph, &op, info);
}

/* Lays the files of `above` on those of `below`. */
static const char *add_merge(struct cog_lowering *l, const char *below, const char *above,
                             const struct cog_lower_step *step)
{
    json_auto_t *caps = json_pack("[s]", "mergeop");
    const struct cog_vertex_info info = cog_lower_step_info(l, step, caps);
    Cog__Llb__MergeInput layers[] = {COG__LLB__MERGE_INPUT__INIT,
                                     COG__LLB__MERGE_INPUT__INIT};
    Cog__Llb__MergeInput *pointers[] = {&layers[0], &layers[1]};
    Cog__Llb__MergeOp merge = COG__LLB__MERGE_OP__INIT;
    Cog__Llb__Op op = COG__LLB__OP__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;
    struct cog_op_inputs inputs = {0};

    layers[0].input = cog_op_inputs_add(&inputs, below);
    layers[1].input = cog_op_inputs_add(&inputs, above);
    merge.n_inputs = 2;
    merge.inputs = pointers;
    op.op_case = COG__LLB__OP__OP_MERGE;
    op.merge = &merge;
    op.constraints = &constraints;
    cog_op_inputs_set(&inputs, &op);
    const char *digest = cog_graph_add(l->out->graph, &op, &info);
    cog_op_inputs_release(&inputs);
    return digest;
}

/* Copies onto the stage's files; or with `link`, on engines that can merge, onto nothing,
 * and the result onto the stage's files. */
static const char *lower_copy(struct cog_lowering *l, const struct cog_state *state,
                              const char *source, struct owner *owner,
                              const struct cog_lower_step *step,
                              const struct cog_vertex_info *info)
{
    const struct cog_plan_copy *copy = &step->operation->copy;
    bool merge =
        copy->link && state->digest && json_object_get(l->options->engine, "mergeop");
    size_t count = json_array_size(copy->src);
    auto_free struct action *actions = cog_calloc(count, sizeof *actions);
    auto_free char **include = cog_strings_of(copy->include),
                   **exclude = cog_strings_of(copy->exclude);
    struct cog_op_inputs inputs = {0};
    int64_t base =
        merge && !has_name(owner) ? -1 : cog_op_inputs_add(&inputs, state->digest);
    int64_t from = cog_op_inputs_add(&inputs, source);

    for (size_t i = 0; i < count; i++) {
        cog__llb__file_action__init(&actions[i].action);
        set_copy(&actions[i], copy, json_string_value(json_array_get(copy->src, i)),
                 copy->chown ? &owner->chown : NULL);
        actions[i].of.copy.include_patterns = include;
        actions[i].of.copy.exclude_patterns = exclude;
    }
    chain(actions, count, &inputs, merge ? -1 : base, from);
    const char *digest = add_actions(l, actions, count, &inputs, info);
    for (size_t i = 0; i < count; i++)
        free(actions[i].path);
    cog_op_inputs_release(&inputs);
    return merge ? add_merge(l, state->digest, digest, step) : digest;
}

static const char *lower_action(struct cog_lowering *l, const struct cog_state *state,
                                struct owner *owner, const struct cog_lower_step *step,
                                const struct cog_vertex_info *info)
{
    const struct cog_plan_operation *op = step->operation;
    struct cog_op_inputs inputs = {0};
    struct action action = {0};

    set_action(&action, op, op->file.chown ? &owner->chown : NULL);
    chain(&action, 1, &inputs, cog_op_inputs_add(&inputs, state->digest), -1);
    const char *digest = add_actions(l, &action, 1, &inputs, info);
    cog_op_inputs_release(&inputs);
    return digest;
}

/* Whether there are the files that the operation needs: those of its input, at `source`,
 * and those of the stage for the names of users. Returns 0, or -1 after llb.scratch. */
static int check_files(struct cog_lowering *l, const struct cog_state *state,
                       const struct owner *owner, const char *source,
                       const struct cog_lower_step *step)
{
    const char *fault =
        step->operation->kind == COG_OP_COPY && !source ? "/from: there is nothing to copy"
        : has_name(owner) && !state->digest
            ? "/chown: there are no files that would say which number the name has"
            : NULL;

    if (!fault)
        return 0;
    return cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                      "llb.scratch", "%s%s", step->pointer, fault);
}

int cog_lower_file(struct cog_lowering *l, struct cog_state *state,
                   const struct cog_lower_step *step)
{
    const struct cog_plan_operation *op = step->operation;
    const char *chown = op->kind == COG_OP_COPY ? op->copy.chown : op->file.chown;
    auto_free char *pointer = cog_printf("%s/from", step->pointer);
    json_auto_t *caps = caps_of(op);
    const struct cog_vertex_info info = cog_lower_step_info(l, step, caps);
    const char *source = NULL;
    struct owner owner = {0};
    int result = 0;

    cog_lower_step_check(l, step, caps);
    if (chown)
        set_owner(&owner, chown);
    if (op->kind == COG_OP_COPY)
        result = cog_lower_input(l, &op->copy.from, pointer, &source);
    if (result == 0)
        result = check_files(l, state, &owner, source, step);
    if (result == 0)
        state->digest = op->kind == COG_OP_COPY
                            ? lower_copy(l, state, source, &owner, step, &info)
                            : lower_action(l, state, &owner, step, &info);
    release_owner(&owner);
    return result;
}
