/* solve.c - a request of Control.Solve, filled in from JSON. */
#include "buildkit/solve.h"

#include <stdlib.h>

#include "base/alloc.h"

/* An entry of any map from text to text, as protoc-c lays it out. */
struct entry {
    ProtobufCMessage base;
    char *key, *value;
};

void cog_solve_init(struct cog_solve *solve)
{
    static const Buildkit__SolveRequest empty = BUILDKIT__SOLVE_REQUEST__INIT;
    static const Buildkit__CacheOptions none = BUILDKIT__CACHE_OPTIONS__INIT;

    *solve = (struct cog_solve){.request = empty, .cache = none};
}

void cog_solve_release(struct cog_solve *solve)
{
    for (size_t i = 0; i < solve->count; i++)
        free(solve->memory[i]);
    free(solve->memory);
    cog_solve_init(solve);
}

/* Memory that goes with the request. */
static void *take(struct cog_solve *solve, size_t count, size_t size)
{
    void *memory = cog_calloc(count ? count : 1, size);

    solve->memory = cog_realloc(solve->memory, solve->count + 1, sizeof *solve->memory);
    solve->memory[solve->count++] = memory;
    return memory;
}

/* The texts as entries of the type `descriptor`. */
static void *make_map(struct cog_solve *solve, const ProtobufCMessageDescriptor *descriptor,
                      const json_t *texts, size_t *count)
{
    size_t size = json_object_size(texts);
    struct entry *entries = take(solve, size, sizeof *entries);
    void **list = take(solve, size, sizeof *list);
    const char *key;
    json_t *value;

    *count = 0;
    json_object_foreach((json_t *)texts, key, value) {
        struct entry *entry = &entries[*count];
        protobuf_c_message_init(descriptor, entry);
        entry->key = (char *)key;
        entry->value = (char *)json_string_value(value);
        list[(*count)++] = entry;
    }
    return list;
}

static char *type_of(const json_t *object)
{
    return (char *)json_string_value(json_object_get(object, "type"));
}

void cog_solve_exporters(struct cog_solve *solve, const json_t *exporters)
{
    static const Buildkit__Exporter empty = BUILDKIT__EXPORTER__INIT;
    Buildkit__SolveRequest *request = &solve->request;
    size_t size = json_array_size(exporters), index;
    const json_t *exporter;
    Buildkit__Exporter *items = take(solve, size, sizeof *items);

    request->exporters = take(solve, size, sizeof(void *));
    request->n_exporters = size;
    json_array_foreach(exporters, index, exporter) {
        const json_t *attrs = json_object_get(exporter, "attrs");
        items[index] = empty;
        items[index].type = type_of(exporter);
        items[index].attrs = make_map(solve, &buildkit__exporter__attrs_entry__descriptor,
                                      attrs, &items[index].n_attrs);
        request->exporters[index] = &items[index];
        if (index > 0)
            continue;
        request->exporter = items[index].type;
        request->exporter_attrs =
            make_map(solve, &buildkit__solve_request__exporter_attrs_entry__descriptor,
                     attrs, &request->n_exporter_attrs);
    }
}

Buildkit__CacheOptionsEntry **cog_solve_cache_list(struct cog_solve *solve,
                                                   const json_t *caches, size_t *count)
{
    static const Buildkit__CacheOptionsEntry empty = BUILDKIT__CACHE_OPTIONS_ENTRY__INIT;
    size_t index;
    const json_t *cache;
    Buildkit__CacheOptionsEntry *items, **list;

    *count = json_array_size(caches);
    items = take(solve, *count, sizeof *items);
    list = take(solve, *count, sizeof *list);
    json_array_foreach(caches, index, cache) {
        items[index] = empty;
        items[index].type = type_of(cache);
        items[index].attrs =
            make_map(solve, &buildkit__cache_options_entry__attrs_entry__descriptor,
                     json_object_get(cache, "attrs"), &items[index].n_attrs);
        list[index] = &items[index];
    }
    return list;
}

void cog_solve_caches(struct cog_solve *solve, const json_t *from, const json_t *to)
{
    if (!json_array_size(from) && !json_array_size(to))
        return;
    solve->cache.imports = cog_solve_cache_list(solve, from, &solve->cache.n_imports);
    solve->cache.exports = cog_solve_cache_list(solve, to, &solve->cache.n_exports);
    solve->request.cache = &solve->cache;
}

void cog_solve_frontend(struct cog_solve *solve, const json_t *attrs)
{
    solve->request.frontend_attrs =
        make_map(solve, &buildkit__solve_request__frontend_attrs_entry__descriptor, attrs,
                 &solve->request.n_frontend_attrs);
}
