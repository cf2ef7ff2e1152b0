/* reader.h - the insides of the YAML reader, for the files of this folder. */
#ifndef COG_YAML_READER_H
#define COG_YAML_READER_H

#include <stdbool.h>
#include <yaml.h>

#include "yaml/yaml.h"

struct cog_yaml_reader {
    yaml_parser_t parser;
    const char *text; /* without a byte order mark */
    size_t size;
    const char *file;
    struct cog_diags *diags;
    struct cog_yaml *yaml;
    json_t *anchors; /* name -> [value, pointer] */
    unsigned depth, values;
    size_t bytes; /* of texts, keys and pointers */
    bool broken;  /* nothing more can be read */
};

struct cog_pos cog_yaml_place(const struct cog_yaml_reader *r, yaml_mark_t mark);

/* Counts a value of `bytes` in texts and pointers that begins at `at`. Returns -1 when that
 * is too deep or too much (yaml.size): the reader is broken then. */
int cog_yaml_enter(struct cog_yaml_reader *r, struct cog_pos at, size_t bytes);
void cog_yaml_leave(struct cog_yaml_reader *r);

/* The tag of a node, or NULL when it has none; the "tag:yaml.org,2002:" of a standard one
 * is left out. Borrowed from the event. */
const char *cog_yaml_tag(const yaml_event_t *event);

/* Reports that the tag of a node is none that can stand there (yaml.tag). */
void cog_yaml_refuse_tag(const struct cog_yaml_reader *r, const yaml_event_t *event);

/* The value of a scalar: by its tag, else by its text when it is plain, else the text.
 * Returns NULL after a diagnostic. */
json_t *cog_yaml_scalar(const struct cog_yaml_reader *r, const yaml_event_t *event);

/* Gives `value`, which stands at `pointer`, the name that `event` anchors it with, if
 * any. */
void cog_yaml_anchor(struct cog_yaml_reader *r, const yaml_event_t *event, json_t *value,
                     const char *pointer);

/* A copy of what the alias in `event` stands for, for `pointer`; its parts have the places
 * that they have where they are written. Returns NULL after a diagnostic. */
json_t *cog_yaml_alias(struct cog_yaml_reader *r, const yaml_event_t *event,
                       const char *pointer);

/* Adds to `object` at `pointer` what it lacks of a mapping, or of the mappings of a list,
 * that a merge key at `at` gives it (yaml.org/type/merge); `value` was read at `from`,
 * whose places are forgotten. Returns -1 when the reader is broken. */
int cog_yaml_merge(struct cog_yaml_reader *r, struct cog_pos at, json_t *object,
                   const char *pointer, const json_t *value, const char *from);

/* Refuses U+0085, U+2028 and U+2029, which end a line for libyaml but not in YAML 1.2, so
 * that a comment or a text would end unnoticed (yaml.encoding). Returns 0 or -1. */
int cog_yaml_check_breaks(const struct cog_yaml_reader *r);

/* Reports what the parser stopped at. */
void cog_yaml_explain(const struct cog_yaml_reader *r);

#endif
