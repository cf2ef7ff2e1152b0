/* value.c - TOML's values, and those that hold others. */
#include "toml/reader.h"

/* Blanks, line ends and comments between the values of an array. */
static int gap(struct reader *r)
{
    do {
        cog_toml_blanks(r);
        if (cog_toml_comment(r) < 0)
            return -1;
    } while (cog_toml_newline(r));
    return 0;
}

static json_t *array(struct reader *r, unsigned depth)
{
    json_auto_t *values = json_array();

    r->at++;
    for (;;) {
        if (gap(r) < 0)
            return NULL;
        if (cog_toml_take(r, ']'))
            return json_incref(values);
        json_t *value = cog_toml_value(r, depth);
        if (!value)
            return NULL;
        json_array_append_new(values, value);
        if (gap(r) < 0)
            return NULL;
        if (!cog_toml_take(r, ',') && cog_toml_peek(r) != ']') {
            cog_toml_expected(r, "',' or ']' in the array");
            return NULL;
        }
    }
}

static int pairs(struct reader *r, size_t table)
{
    cog_toml_blanks(r);
    if (cog_toml_take(r, '}'))
        return 0;
    do {
        cog_toml_blanks(r);
        if (cog_toml_pair(r, table) < 0)
            return -1;
        cog_toml_blanks(r);
    } while (cog_toml_take(r, ','));
    if (!cog_toml_take(r, '}'))
        return cog_toml_expected(r, "',' or '}' in the inline table");
    return 0;
}

static json_t *inline_table(struct reader *r, unsigned depth)
{
    json_auto_t *object = json_object();
    size_t outside = r->table_count;
    size_t table = cog_toml_table(r, object, HEADED, depth, cog_toml_here(r));

    r->at++;
    int result = pairs(r, table);
    cog_toml_forget(r, outside);
    return result < 0 ? NULL : json_incref(object);
}

static json_t *string(struct reader *r)
{
    long size = cog_toml_string(r);

    return size < 0 ? NULL : json_stringn_nocheck(r->scratch, (size_t)size);
}

json_t *cog_toml_value(struct reader *r, unsigned depth)
{
    struct cog_pos at = cog_toml_here(r);
    int byte = cog_toml_peek(r);
    json_t *value;

    if ((byte == '[' || byte == '{') && depth == COG_TOML_DEPTH) {
        cog_toml_too_deep(r);
        return NULL;
    }
    if (byte == '{') /* notes its own place */
        return inline_table(r, depth + 1);
    if (byte == '[')
        value = array(r, depth + 1);
    else if (byte == '"' || byte == '\'')
        value = string(r);
    else
        value = cog_toml_scalar(r);
    if (value && !json_is_boolean(value))
        cog_toml_remember(r, value, at);
    return value;
}
