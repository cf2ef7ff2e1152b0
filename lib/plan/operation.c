/* operation.c - operations and inputs in one line. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "plan/operation.h"

char *cog_input_text(const struct cog_plan_input *input)
{
    static const char *const words[] = {
        [COG_INPUT_IMAGE] = "image",   [COG_INPUT_STAGE] = "stage",
        [COG_INPUT_LOCAL] = "context", [COG_INPUT_URL] = "URL",
        [COG_INPUT_GIT] = "git",       [COG_INPUT_SCRATCH] = "nothing",
    };

    if (input->kind == COG_INPUT_GIT)
        return cog_printf("git %s#%s%s%s", input->name, input->git.ref,
                          input->git.subdir ? ":" : "",
                          input->git.subdir ? input->git.subdir : "");

    return input->name ? cog_printf("%s %s", words[input->kind], input->name)
                       : cog_strdup(words[input->kind]);
}

/* As a shell would take it: in quotes when it has more than plain characters. */
static void print_word(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789%+,-./:=@_~[]";

    if (*word && !word[strspn(word, plain)]) {
        (void)fputs(word, out);
        return;
    }
    (void)fputc('\'', out);
    for (; *word; word++)
        (void)(*word == '\'' ? fputs("'\\''", out) : fputc(*word, out));
    (void)fputc('\'', out);
}

static void print_exec(FILE *out, const struct cog_plan_exec *exec)
{
    const json_t *arg;
    size_t index;

    if (exec->shell)
        (void)fputs(exec->shell, out);
    json_array_foreach(exec->argv, index, arg) {
        if (index)
            (void)fputc(' ', out);
        print_word(out, json_string_value(arg));
    }
}

static void print_copy(FILE *out, const struct cog_plan_copy *copy)
{
    auto_free char *from = cog_input_text(&copy->from);
    const json_t *src;
    size_t index;

    (void)fputs("copy", out);
    json_array_foreach(copy->src, index, src) {
        (void)fprintf(out, " %s", json_string_value(src));
    }
    (void)fprintf(out, " of %s to %s", from, copy->dest);
}

static void print_names(FILE *out, const json_t *env)
{
    const char *name;
    json_t *value;

    (void)fputs("set", out);
    json_object_foreach((json_t *)env, name, value) {
        (void)fprintf(out, " %s=%s", name, json_string_value(value));
    }
}

static void print_operation(FILE *out, const struct cog_plan_operation *op)
{
    switch (op->kind) {
    case COG_OP_EXEC:
        print_exec(out, &op->exec);
        break;
    case COG_OP_COPY:
        print_copy(out, &op->copy);
        break;
    case COG_OP_MKDIR:
        (void)fprintf(out, "make the folder %s", op->file.path);
        break;
    case COG_OP_MKFILE:
        (void)fprintf(out, "write the file %s", op->file.path);
        break;
    case COG_OP_REMOVE:
        (void)fprintf(out, "remove %s", op->file.path);
        break;
    case COG_OP_SYMLINK:
        (void)fprintf(out, "link %s to %s", op->file.path, op->file.target);
        break;
    case COG_OP_ENV:
        print_names(out, op->env);
        break;
    }
}

char *cog_operation_text(const struct cog_plan_operation *op)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    print_operation(out, op);
    cog_text_close(out, &text);
    for (char *end = strpbrk(text, "\r\n"); end; end = strpbrk(end, "\r\n"))
        *end = ' ';
    return text;
}

char *cog_operation_title(const struct cog_plan_operation *op)
{
    return op->title ? cog_strdup(op->title) : cog_operation_text(op);
}
