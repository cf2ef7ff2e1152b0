/* graph.c - collects vertices and marshals them. */
#include "llb/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "base/text.h"

struct vertex {
    char *digest, *name, *command, *stage;
    json_t *why, *caps;
    bool ignore_cache;
    unsigned char *bytes;
    size_t size;
};

struct cog_graph {
    struct vertex *vertices;
    size_t count;
    json_t *index; /* digest -> index */
};

struct cog_graph *cog_graph_new(void)
{
    struct cog_graph *graph = cog_alloc(sizeof *graph);

    graph->index = json_object();
    return graph;
}

void cog_graph_free(struct cog_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        struct vertex *v = &graph->vertices[i];
        free(v->digest);
        free(v->name);
        free(v->command);
        free(v->stage);
        free(v->bytes);
        json_decref(v->why);
        json_decref(v->caps);
    }
    free(graph->vertices);
    json_decref(graph->index);
    free(graph);
}

/* protobuf-c writes fields by number, so the message is packed in two parts: all but the
 * oneof, then the oneof alone. Their concatenation is the same message (protobuf encoding,
 * "Message order"). */
static unsigned char *marshal(const Cog__Llb__Op *op, size_t *size)
{
    Cog__Llb__Op ordinary = *op, chosen = COG__LLB__OP__INIT;

    ordinary.op_case = COG__LLB__OP__OP__NOT_SET;
    chosen.op_case = op->op_case;
    chosen.exec = op->exec; /* all members of the union are pointers */
    size_t first = cog__llb__op__get_packed_size(&ordinary);
    *size = first + cog__llb__op__get_packed_size(&chosen);
    unsigned char *bytes = cog_alloc(*size);
    cog__llb__op__pack(&ordinary, bytes);
    cog__llb__op__pack(&chosen, bytes + first);
    return bytes;
}

static char *copy_of(const char *text)
{
    return text ? cog_strdup(text) : NULL;
}

const char *cog_graph_add(struct cog_graph *graph, const Cog__Llb__Op *op,
                          const struct cog_vertex_info *info)
{
    size_t size;
    auto_free unsigned char *bytes = marshal(op, &size);
    auto_free char *digest = cog_sha256(bytes, size);
    const json_t *known = json_object_get(graph->index, digest);

    if (known)
        return graph->vertices[json_integer_value(known)].digest;
    json_object_set_new(graph->index, digest, json_integer((json_int_t)graph->count));
    graph->vertices =
        cog_realloc(graph->vertices, graph->count + 1, sizeof *graph->vertices);
    struct vertex *v = &graph->vertices[graph->count++];
    *v = (struct vertex){
        .digest = digest,
        .bytes = bytes,
        .size = size,
        .name = cog_strdup(info->name),
        .command = copy_of(info->command),
        .stage = copy_of(info->stage),
        .why = json_incref((json_t *)info->why),
        .caps = json_incref((json_t *)info->caps),
        .ignore_cache = info->ignore_cache,
    };
    digest = NULL;
    bytes = NULL;
    return v->digest;
}

/* Everything that packing a Definition needs, freed in one go. */
struct packing {
    Cog__Llb__Definition definition;
    Cog__Llb__Source source;
    json_t *files; /* file name -> index of its SourceInfo */
    void **blocks;
    size_t block_count;
};

/* Zeroed memory that lives as long as the packing. */
static void *block(struct packing *p, size_t count, size_t size)
{
    p->blocks = cog_realloc(p->blocks, p->block_count + 1, sizeof *p->blocks);
    return p->blocks[p->block_count++] = cog_calloc(count, size);
}

static void pack_caps(struct packing *p, Cog__Llb__OpMetadata *metadata, const json_t *caps)
{
    const json_t *name;
    size_t index;

    metadata->caps = block(p, json_array_size(caps), sizeof(void *));
    json_array_foreach(caps, index, name) {
        Cog__Llb__OpMetadata__CapsEntry *cap = block(p, 1, sizeof *cap);
        cog__llb__op_metadata__caps_entry__init(cap);
        cap->key = (char *)json_string_value(name);
        cap->value = true;
        metadata->caps[metadata->n_caps++] = cap;
    }
}

static void pack_metadata(struct packing *p, const struct vertex *v)
{
    Cog__Llb__OpMetadata *metadata = block(p, 1, sizeof *metadata);
    Cog__Llb__OpMetadata__DescriptionEntry *name = block(p, 1, sizeof *name);
    Cog__Llb__Definition__MetadataEntry *entry = block(p, 1, sizeof *entry);

    cog__llb__op_metadata__init(metadata);
    cog__llb__op_metadata__description_entry__init(name);
    cog__llb__definition__metadata_entry__init(entry);
    name->key = (char *)"llb.customname";
    name->value = v->name;
    metadata->ignore_cache = v->ignore_cache;
    metadata->n_description = 1;
    metadata->description = block(p, 1, sizeof(void *));
    metadata->description[0] = name;
    if (v->stage) {
        metadata->progress_group = block(p, 1, sizeof *metadata->progress_group);
        cog__llb__progress_group__init(metadata->progress_group);
        metadata->progress_group->id = v->stage;
        metadata->progress_group->name = v->stage;
    }
    pack_caps(p, metadata, v->caps);
    entry->key = v->digest;
    entry->value = metadata;
    p->definition.metadata[p->definition.n_metadata++] = entry;
}

/* The index of the SourceInfo for `file`, made when it is new. `file` must outlive the
 * packing. */
static int source_index(struct packing *p, const char *file)
{
    const json_t *known = json_object_get(p->files, file);

    if (known)
        return (int)json_integer_value(known);
    Cog__Llb__SourceInfo *info = block(p, 1, sizeof *info);
    cog__llb__source_info__init(info);
    info->filename = (char *)file;
    size_t index = p->source.n_infos++;
    p->source.infos = cog_realloc(p->source.infos, index + 1, sizeof *p->source.infos);
    p->source.infos[index] = info;
    json_object_set_new(p->files, file, json_integer((json_int_t)index));
    return (int)index;
}

static Cog__Llb__Location *pack_location(struct packing *p, const char *text)
{
    char *file;
    struct cog_pos at = cog_pos_parse(text, &file);

    p->blocks = cog_realloc(p->blocks, p->block_count + 1, sizeof *p->blocks);
    p->blocks[p->block_count++] = file;
    Cog__Llb__Location *location = block(p, 1, sizeof *location);
    Cog__Llb__Range *range = block(p, 1, sizeof *range);
    Cog__Llb__Position *position = block(p, 1, sizeof *position);
    cog__llb__location__init(location);
    cog__llb__range__init(range);
    cog__llb__position__init(position);
    position->line = (int)(at.line ? at.line : 1);
    position->character = (int)at.column;
    range->start = range->end = position;
    location->source_index = source_index(p, file);
    location->n_ranges = 1;
    location->ranges = block(p, 1, sizeof(void *));
    location->ranges[0] = range;
    return location;
}

static void pack_locations(struct packing *p, const struct vertex *v)
{
    Cog__Llb__Locations *list = block(p, 1, sizeof *list);
    const json_t *why;
    size_t index;

    cog__llb__locations__init(list);
    list->locations = block(p, json_array_size(v->why), sizeof(void *));
    json_array_foreach(v->why, index, why) {
        const char *at = json_string_value(json_object_get(why, "at"));
        if (at)
            list->locations[list->n_locations++] = pack_location(p, at);
    }
    if (list->n_locations == 0)
        return;
    Cog__Llb__Source__LocationsEntry *entry = block(p, 1, sizeof *entry);
    cog__llb__source__locations_entry__init(entry);
    entry->key = v->digest;
    entry->value = list;
    p->source.locations[p->source.n_locations++] = entry;
}

static int by_digest(const void *a, const void *b)
{
    const struct vertex *const *left = a, *const *right = b;
    return strcmp((*left)->digest, (*right)->digest);
}

/* Map entries in the order of their keys. */
static void pack_maps(struct packing *p, const struct cog_graph *graph)
{
    auto_free const struct vertex **sorted =
        cog_calloc(graph->count, sizeof(struct vertex *));

    for (size_t i = 0; i < graph->count; i++)
        sorted[i] = &graph->vertices[i];
    qsort(sorted, graph->count, sizeof *sorted, by_digest);
    p->definition.metadata = block(p, graph->count, sizeof(void *));
    p->source.locations = block(p, graph->count, sizeof(void *));
    for (size_t i = 0; i < graph->count; i++) {
        pack_metadata(p, sorted[i]);
        pack_locations(p, sorted[i]);
    }
}

/* The Op that ends a Definition: nothing but an input. */
static unsigned char *result_op(const char *digest, size_t *size)
{
    Cog__Llb__Input input = COG__LLB__INPUT__INIT, *inputs[] = {&input};
    Cog__Llb__Op op = COG__LLB__OP__INIT;

    input.digest = (char *)digest;
    op.n_inputs = 1;
    op.inputs = inputs;
    return marshal(&op, size);
}

unsigned char *cog_graph_definition(const struct cog_graph *graph, const char *digest,
                                    size_t *size)
{
    struct packing p = {.files = json_object()};
    size_t result_size;
    auto_free unsigned char *result = result_op(digest, &result_size);

    cog__llb__definition__init(&p.definition);
    cog__llb__source__init(&p.source);
    p.definition.source = &p.source;
    p.definition.def = block(&p, graph->count + 1, sizeof *p.definition.def);
    for (size_t i = 0; i < graph->count; i++)
        p.definition.def[p.definition.n_def++] =
            (ProtobufCBinaryData){graph->vertices[i].size, graph->vertices[i].bytes};
    p.definition.def[p.definition.n_def++] = (ProtobufCBinaryData){result_size, result};
    pack_maps(&p, graph);

    *size = cog__llb__definition__get_packed_size(&p.definition);
    unsigned char *bytes = cog_alloc(*size);
    cog__llb__definition__pack(&p.definition, bytes);
    for (size_t i = 0; i < p.block_count; i++)
        free(p.blocks[i]);
    free(p.blocks);
    free(p.source.infos);
    json_decref(p.files);
    return bytes;
}

json_t *cog_graph_vertices(const struct cog_graph *graph)
{
    json_t *vertices = json_object();

    for (size_t i = 0; i < graph->count; i++) {
        const struct vertex *v = &graph->vertices[i];
        json_t *entry = json_pack("{s:s}", "name", v->name);
        if (v->command)
            json_object_set_new(entry, "command", json_string(v->command));
        if (v->stage)
            json_object_set_new(entry, "stage", json_string(v->stage));
        if (v->why)
            json_object_set(entry, "why", v->why);
        json_object_set_new(vertices, v->digest, entry);
    }
    return vertices;
}

bool cog_graph_vertex(const struct cog_graph *graph, size_t index,
                      struct cog_vertex *vertex)
{
    if (index >= graph->count)
        return false;
    const struct vertex *v = &graph->vertices[index];
    *vertex = (struct cog_vertex){v->digest, v->name, v->stage, v->bytes, v->size};
    return true;
}
