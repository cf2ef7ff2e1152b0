/* dump.c - graphs as Graphviz, JSON and numbers. */
#include "llb/dump.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "llb/message.h"

static void print_quoted(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', out);
        (void)fputc(*text == '\n' ? ' ' : *text, out);
    }
    (void)fputc('"', out);
}

static Cog__Llb__Op *op_of(const struct cog_vertex *vertex)
{
    return cog__llb__op__unpack(NULL, vertex->size, vertex->bytes);
}

static void print_vertex(FILE *out, const struct cog_vertex *vertex)
{
    Cog__Llb__Op *op = op_of(vertex);

    (void)fprintf(out, "  \"%.19s\" [label=", vertex->digest);
    print_quoted(out, vertex->name);
    (void)fputs("];\n", out);
    for (size_t i = 0; i < op->n_inputs; i++)
        (void)fprintf(out, "  \"%.19s\" -> \"%.19s\";\n", op->inputs[i]->digest,
                      vertex->digest);
    cog__llb__op__free_unpacked(op, NULL);
}

char *cog_dump_dot(const struct cog_graph *graph)
{
    struct cog_vertex vertex;
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    (void)fputs("digraph build {\n  rankdir=LR;\n  node [shape=box];\n", out);
    for (size_t i = 0; cog_graph_vertex(graph, i, &vertex); i++)
        print_vertex(out, &vertex);
    (void)fputs("}\n", out);
    cog_text_close(out, &text);
    return text;
}

json_t *cog_dump_json(const struct cog_graph *graph)
{
    struct cog_vertex vertex;
    json_t *list = json_array();

    for (size_t i = 0; cog_graph_vertex(graph, i, &vertex); i++) {
        Cog__Llb__Op *op = op_of(&vertex);
        json_t *entry = json_pack("{s:s, s:s, s:o}", "digest", vertex.digest, "name",
                                  vertex.name, "op", cog_message_json(&op->base));
        if (vertex.stage)
            json_object_set_new(entry, "stage", json_string(vertex.stage));
        json_array_append_new(list, entry);
        cog__llb__op__free_unpacked(op, NULL);
    }
    return list;
}

static const char *source_kind(const char *identifier)
{
    if (strncmp(identifier, "docker-image://", 15) == 0)
        return "image";
    if (strncmp(identifier, "git://", 6) == 0)
        return "git";
    return strncmp(identifier, "local://", 8) == 0 ? "context" : "url";
}

static const char *kind_of(const struct cog_vertex *vertex)
{
    Cog__Llb__Op *op = op_of(vertex);
    const char *kind = op->op_case == COG__LLB__OP__OP_EXEC    ? "exec"
                       : op->op_case == COG__LLB__OP__OP_FILE  ? "file"
                       : op->op_case == COG__LLB__OP__OP_MERGE ? "merge"
                                                               : NULL;

    if (!kind)
        kind = source_kind(op->source->identifier);
    cog__llb__op__free_unpacked(op, NULL);
    return kind;
}

static void count(json_t *counts, const char *name)
{
    json_int_t before = json_integer_value(json_object_get(counts, name));

    json_object_set_new(counts, name, json_integer(before + 1));
}

json_t *cog_dump_stats(const struct cog_graph *graph)
{
    json_t *kinds = json_object(), *stages = json_object();
    struct cog_vertex vertex;
    size_t bytes = 0, vertices = 0;

    for (; cog_graph_vertex(graph, vertices, &vertex); vertices++) {
        const char *kind = kind_of(&vertex);
        bytes += vertex.size;
        count(kinds, kind);
        if (!vertex.stage)
            continue;
        if (!json_object_get(stages, vertex.stage))
            json_object_set_new(stages, vertex.stage, json_object());
        count(json_object_get(stages, vertex.stage), kind);
    }
    return json_pack("{s:I, s:I, s:o, s:o}", "vertices", (json_int_t)vertices, "bytes",
                     (json_int_t)bytes, "kinds", kinds, "stages", stages);
}
