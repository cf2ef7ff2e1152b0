/* scalar.c - what the text of a scalar means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "yaml/reader.h"

static const char standard[] = "tag:yaml.org,2002:";

const char *cog_yaml_tag(const yaml_event_t *event)
{
    const yaml_char_t *tag = NULL;

    if (event->type == YAML_SCALAR_EVENT)
        tag = event->data.scalar.tag;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        tag = event->data.sequence_start.tag;
    else if (event->type == YAML_MAPPING_START_EVENT)
        tag = event->data.mapping_start.tag;
    const char *text = (const char *)tag;
    if (text && strncmp(text, standard, sizeof standard - 1) == 0)
        return text + sizeof standard - 1;
    return text;
}

/* An integer only when the text is what printing it gives back. */
static json_t *integer(const char *text)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    auto_free char *again = cog_printf("%lld", number);
    return errno == 0 && strcmp(again, text) == 0 ? json_integer(number) : NULL;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static json_t *plain(const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};

    if (one_of(text, nulls))
        return json_null();
    if (one_of(text, trues))
        return json_true();
    if (one_of(text, falses))
        return json_false();
    json_t *number = integer(text);
    return number ? number : json_string(text);
}

/* "!" and !!str make text of anything; the other tags of the core schema must say what the
 * text says by itself. Returns NULL when they don't, or for another tag. */
static json_t *tagged(const char *tag, const char *text)
{
    json_auto_t *value = plain(text);
    bool fits = (strcmp(tag, "int") == 0 && json_is_integer(value)) ||
                (strcmp(tag, "bool") == 0 && json_is_boolean(value)) ||
                (strcmp(tag, "null") == 0 && json_is_null(value));

    if (strcmp(tag, "!") == 0 || strcmp(tag, "str") == 0)
        return json_string(text);
    return fits ? json_incref(value) : NULL;
}

void cog_yaml_refuse_tag(const struct cog_yaml_reader *r, const yaml_event_t *event)
{
    const char *tag = cog_yaml_tag(event);
    bool custom = strpbrk(tag, "!:") != NULL;

    cog_report(r->diags, COG_ERROR, cog_yaml_place(r, event->start_mark), "yaml.tag",
               "the tag %s%s does not fit here; remove it", custom ? "" : "!!", tag);
}

static const char *text_of(const struct cog_yaml_reader *r, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;

    if (strlen(text) == event->data.scalar.length)
        return text;
    cog_report(r->diags, COG_ERROR, cog_yaml_place(r, event->start_mark), "yaml.syntax",
               "a NUL character in a text; remove it");
    return NULL;
}

json_t *cog_yaml_scalar(const struct cog_yaml_reader *r, const yaml_event_t *event)
{
    const char *text = text_of(r, event), *tag = cog_yaml_tag(event);

    if (!text)
        return NULL;
    if (!tag)
        return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? plain(text)
                                                                   : json_string(text);
    json_t *value = tagged(tag, text);
    if (!value)
        cog_yaml_refuse_tag(r, event);
    return value;
}
