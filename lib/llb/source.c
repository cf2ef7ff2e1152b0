/* source.c - the vertices that bring files from outside: images, contexts, URLs,
 * repositories. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "base/path.h"
#include "llb/lowering.h"
#include "model/reference.h"
#include "plan/operation.h"

enum { MAX_ATTRS = 6 };

/* The attributes of a source, in the order of their names. */
struct attrs {
    Cog__Llb__SourceOp__AttrsEntry items[MAX_ATTRS], *pointers[MAX_ATTRS];
    size_t count;
};

static void add_attr(struct attrs *attrs, const char *name, const char *value)
{
    Cog__Llb__SourceOp__AttrsEntry *entry = &attrs->items[attrs->count];

    cog__llb__source_op__attrs_entry__init(entry);
    entry->key = (char *)name;
    entry->value = (char *)value;
    attrs->pointers[attrs->count++] = entry;
}

static const char *add_source(struct cog_lowering *l, const char *identifier,
                              struct attrs *attrs, Cog__Llb__Platform *platform,
                              const struct cog_vertex_info *info)
{
    Cog__Llb__Op op = COG__LLB__OP__INIT;
    Cog__Llb__SourceOp source = COG__LLB__SOURCE_OP__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;

    source.identifier = (char *)identifier;
    source.n_attrs = attrs->count;
    source.attrs = attrs->pointers;
    op.op_case = COG__LLB__OP__OP_SOURCE;
    op.source = &source;
    op.platform = platform;
    op.constraints = &constraints;
    return cog_graph_add(l->out->graph, &op, info);
}

/* With its digest when the registry gave one; else by its tag, as the engine has it. */
static char *full_name(const char *name, const char *digest)
{
    struct cog_reference reference;
    const char *reason;

    if (cog_reference_parse(&reference, name, &reason) < 0)
        return NULL;
    if (digest) {
        free(reference.digest);
        reference.digest = cog_strdup(digest);
    }
    char *full = cog_reference_full(&reference);
    cog_reference_release(&reference);
    return full;
}

const char *cog_lower_image(struct cog_lowering *l, const char *name, const char *pointer)
{
    const json_t *image = json_object_get(l->plan->images, name);
    const char *digest = json_string_value(json_object_get(image, "digest"));
    const struct cog_pos at = {.file = "<stdin>"};
    Cog__Llb__Platform platform = COG__LLB__PLATFORM__INIT;
    struct attrs attrs = {0};

    if (!image) {
        cog_report(l->diags, COG_ERROR, at, "llb.unresolved",
                   "%s: nothing is known of \"%s\"; pass the plan through cog-resolve",
                   pointer, name);
        return NULL;
    }
    auto_free char *full = full_name(name, digest);
    if (!full) {
        cog_report(l->diags, COG_ERROR, at, "plan.image", "%s: \"%s\" is not an image name",
                   pointer, name);
        return NULL;
    }
    json_object_set_new(l->out->images, full, json_true());
    if (!digest)
        add_attr(&attrs, "image.resolvemode", "local");
    platform.os = (char *)l->plan->os;
    platform.architecture = (char *)l->plan->arch;
    auto_free char *identifier = cog_printf("docker-image://%s", full);
    auto_free char *title = cog_printf("image %s", name);
    const struct cog_vertex_info info = {.name = title,
                                         .ignore_cache = l->options->no_cache};
    return add_source(l, identifier, &attrs, &platform, &info);
}

/* A file of a context that is spelled out in the plan. */
struct file {
    Cog__Llb__FileAction actions[2], *pointers[2]; /* mkdir, mkfile */
    Cog__Llb__FileActionMkDir folder;
    Cog__Llb__FileActionMkFile file;
    char *parent, *path;
};

/* Fills the actions of one file; `done` actions stand before them. Returns how many they
 * are. */
static size_t set_file(struct file *f, const json_t *json, size_t done)
{
    const char *path = json_string_value(json_object_get(json, "path"));
    const char *text = json_string_value(json_object_get(json, "text"));
    const json_t *mode = json_object_get(json, "mode");

    f->path = cog_printf("/%s", path);
    f->parent = cog_strndup(f->path, (size_t)(strrchr(f->path, '/') - f->path));
    cog__llb__file_action_mk_dir__init(&f->folder);
    f->folder.path = *f->parent ? f->parent : (char *)"/";
    f->folder.mode = 0755;
    f->folder.make_parents = true;
    f->folder.timestamp = COG_EPOCH_NS;
    cog__llb__file_action_mk_file__init(&f->file);
    f->file.path = f->path;
    f->file.mode = mode ? (int)json_integer_value(mode) : 0644;
    f->file.data = (ProtobufCBinaryData){strlen(text), (uint8_t *)text};
    f->file.timestamp = COG_EPOCH_NS;
    for (size_t i = 0; i < 2; i++) {
        cog__llb__file_action__init(&f->actions[i]);
        f->actions[i].input = (int64_t)(done + i) - 1; /* the action before; -1: nothing */
        f->actions[i].secondary_input = f->actions[i].output = -1;
        f->pointers[i] = &f->actions[i];
    }
    f->actions[0].action_case = COG__LLB__FILE_ACTION__ACTION_MKDIR;
    f->actions[0].mkdir = &f->folder;
    f->actions[1].action_case = COG__LLB__FILE_ACTION__ACTION_MKFILE;
    f->actions[1].mkfile = &f->file;
    return 2;
}

/* Adds a vertex of actions on files, the last of which gives its output. */
static const char *add_actions(struct cog_lowering *l, Cog__Llb__FileAction **actions,
                               size_t count, struct cog_op_inputs *inputs,
                               const struct cog_vertex_info *info)
{
    Cog__Llb__FileOp file = COG__LLB__FILE_OP__INIT;
    Cog__Llb__Op op = COG__LLB__OP__INIT;
    Cog__Llb__WorkerConstraints constraints = COG__LLB__WORKER_CONSTRAINTS__INIT;

    actions[count - 1]->output = 0;
    file.n_actions = count;
    file.actions = actions;
    op.op_case = COG__LLB__OP__OP_FILE;
    op.file = &file;
    op.constraints = &constraints;
    cog_op_inputs_set(inputs, &op);
    return cog_graph_add(l->out->graph, &op, info);
}

static const char *add_files(struct cog_lowering *l, const char *name, const json_t *list)
{
    size_t count = json_array_size(list);
    auto_free struct file *files = cog_calloc(count, sizeof *files);
    auto_free Cog__Llb__FileAction **actions = cog_calloc(2 * count, sizeof(void *));
    struct cog_op_inputs inputs = {0};

    for (size_t i = 0, done = 0; i < count; i++) {
        done += set_file(&files[i], json_array_get(list, i), done);
        actions[2 * i] = files[i].pointers[0];
        actions[2 * i + 1] = files[i].pointers[1];
    }
    auto_free char *title = cog_printf("files of context %s", name);
    const struct cog_vertex_info info = {.name = title};
    const char *digest = add_actions(l, actions, 2 * count, &inputs, &info);
    for (size_t i = 0; i < count; i++) {
        free(files[i].path);
        free(files[i].parent);
    }
    cog_op_inputs_release(&inputs);
    return digest;
}

/* BuildKit keeps the last copy of a context by its name and hint, so contexts that differ
 * in what they leave out must differ there. What is left out is the sender's doing: the
 * engine is told no patterns. */
static const char *lower_local(struct cog_lowering *l, const char *name)
{
    json_t *context = json_object_get(l->plan->contexts, name);
    struct attrs attrs = {0};

    if (json_object_get(context, "files"))
        return add_files(l, name, json_object_get(context, "files"));
    json_object_set(l->out->contexts, name, context);
    auto_free char *text = cog_doc_text(context);
    auto_free char *identity = cog_printf("%s %s %s", name, COG_VERSION, text);
    auto_free char *digest = cog_sha256(identity, strlen(identity));
    auto_free char *identifier = cog_printf("local://%s", name);
    auto_free char *title = cog_printf("context %s", name);
    add_attr(&attrs, "local.sharedkeyhint", digest);
    add_attr(&attrs, "local.unique", digest);
    const struct cog_vertex_info info = {.name = title};
    return add_source(l, identifier, &attrs, NULL, &info);
}

static const char *lower_url(struct cog_lowering *l, const struct cog_plan_input *input)
{
    const struct cog_vertex_info info = {.name = input->name,
                                         .ignore_cache = l->options->no_cache};
    auto_free char *mode = cog_printf("0%o", (unsigned)input->url.mode);
    struct attrs attrs = {0};

    if (input->url.checksum)
        add_attr(&attrs, "http.checksum", input->url.checksum);
    if (input->url.filename)
        add_attr(&attrs, "http.filename", input->url.filename);
    if (input->url.mode >= 0)
        add_attr(&attrs, "http.perm", mode);
    return add_source(l, input->name, &attrs, NULL, &info);
}

/* How BuildKit names a repository: without the scheme and the user, and with "host:path" as
 * "host/path". What counts is git.fullurl. The caller frees it. */
static char *git_name(const char *url)
{
    const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
    const char *at = strchr(host, '@');

    if (at && at < host + strcspn(host, "/"))
        host = at + 1;
    char *name = cog_strdup(host);
    char *colon = scheme ? NULL : strchr(name, ':');
    if (colon)
        *colon = '/';
    return name;
}

/* The folder `subdir` of a repository, as a copy: engines before BuildKit 0.9 know no
 * subdir and would give all of it. */
static const char *add_subdir(struct cog_lowering *l, const char *repository,
                              const char *subdir, const struct cog_vertex_info *info)
{
    Cog__Llb__FileAction action = COG__LLB__FILE_ACTION__INIT, *actions[] = {&action};
    Cog__Llb__FileActionCopy copy = COG__LLB__FILE_ACTION_COPY__INIT;
    auto_free char *path = cog_printf("/%s", subdir);
    struct cog_op_inputs inputs = {0};

    copy.src = path;
    copy.dest = (char *)"/";
    copy.dir_copy_contents = true;
    copy.mode = -1;
    copy.timestamp = -1;
    action.input = -1;
    action.secondary_input = cog_op_inputs_add(&inputs, repository);
    action.action_case = COG__LLB__FILE_ACTION__ACTION_COPY;
    action.copy = &copy;
    const char *digest = add_actions(l, actions, 1, &inputs, info);
    cog_op_inputs_release(&inputs);
    return digest;
}

static const char *lower_git(struct cog_lowering *l, const struct cog_plan_input *input)
{
    static const char header[] = "GIT_AUTH_HEADER", token[] = "GIT_AUTH_TOKEN";
    auto_free char *name = git_name(input->name);
    auto_free char *identifier = cog_printf("git://%s#%s", name, input->git.ref);
    auto_free char *title = cog_printf("git %s#%s", input->name, input->git.ref);
    auto_free char *part = cog_input_text(input);
    struct cog_vertex_info info = {.name = title, .ignore_cache = l->options->no_cache};
    struct attrs attrs = {0};

    if (strncmp(input->name, "http", 4) == 0) {
        add_attr(&attrs, "git.authheadersecret", header);
        add_attr(&attrs, "git.authtokensecret", token);
        cog_lower_ask(l->out->secrets, header, false);
        cog_lower_ask(l->out->secrets, token, false);
    }
    add_attr(&attrs, "git.fullurl", input->name);
    if (input->git.keep_dir)
        add_attr(&attrs, "git.keepgitdir", "true");
    if (input->git.known_hosts) {
        add_attr(&attrs, "git.knownsshhosts", input->git.known_hosts);
        add_attr(&attrs, "git.mountsshsock", "default");
        cog_lower_ask(l->out->ssh, "default", true);
    }
    const char *digest = add_source(l, identifier, &attrs, NULL, &info);
    info.name = part;
    return input->git.subdir ? add_subdir(l, digest, input->git.subdir, &info) : digest;
}

int cog_lower_input(struct cog_lowering *l, const struct cog_plan_input *input,
                    const char *pointer, const char **digest)
{
    *digest = NULL;
    switch (input->kind) {
    case COG_INPUT_IMAGE:
        *digest = cog_lower_image(l, input->name, pointer);
        return *digest ? 0 : -1;
    case COG_INPUT_STAGE:
        *digest = l->states[input->stage].digest;
        return 0;
    case COG_INPUT_LOCAL:
        if (!json_object_get(l->plan->contexts, input->name))
            return cog_report(l->diags, COG_ERROR, (struct cog_pos){.file = "<stdin>"},
                              "plan.context", "%s: \"%s\" is not a context of this plan",
                              pointer, input->name);
        *digest = lower_local(l, input->name);
        return 0;
    case COG_INPUT_URL:
        *digest = lower_url(l, input);
        return 0;
    case COG_INPUT_GIT:
        *digest = lower_git(l, input);
        return 0;
    default:
        return 0;
    }
}
