/* message.c - protobuf messages as JSON, by the descriptors that protoc-c generates. */
#include "llb/message.h"

#include <stdbool.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"

static json_t *bytes_value(const ProtobufCBinaryData *data)
{
    json_t *text = json_stringn((const char *)data->data, data->len);

    if (text)
        return text;
    auto_free char *base64 = cog_base64(data->data, data->len);
    return json_pack("{s:s}", "base64", base64);
}

/* One value of a field; the types are those that our .proto files use. */
static json_t *value_of(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(const char *const *)at);
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_value(at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return cog_message_json(*(const ProtobufCMessage *const *)at);
    case PROTOBUF_C_TYPE_INT64:
        return json_integer(*(const int64_t *)at);
    case PROTOBUF_C_TYPE_UINT32:
        return json_integer(*(const uint32_t *)at);
    default:
        return json_integer(*(const int32_t *)at);
    }
}

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_INT64:
        return sizeof(int64_t);
    default:
        return sizeof(int32_t);
    }
}

/* A repeated field as an array; a map (a repeated message of key and value) as an object.
 */
static json_t *values_of(const ProtobufCFieldDescriptor *field, const char *items,
                         size_t count)
{
    const ProtobufCMessageDescriptor *entry =
        field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
    bool map = entry && strstr(entry->short_name, "Entry");
    json_t *values = map ? json_object() : json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *value = value_of(field, items + i * size_of(field));
        if (!map) {
            json_array_append_new(values, value);
            continue;
        }
        json_object_set(values, json_string_value(json_object_get(value, "key")),
                        json_object_get(value, "value"));
        json_decref(value);
    }
    return values;
}

static bool is_default(const json_t *value)
{
    return json_is_null(value) || json_is_false(value) ||
           (json_is_integer(value) && json_integer_value(value) == 0) ||
           (json_is_string(value) && json_string_length(value) == 0);
}

static bool chosen(const ProtobufCFieldDescriptor *field, const char *message)
{
    const void *quantifier = message + field->quantifier_offset;

    return !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
           *(const uint32_t *)quantifier == field->id;
}

json_t *cog_message_json(const ProtobufCMessage *message)
{
    if (!message)
        return json_null();
    json_t *object = json_object();
    const char *base = (const char *)message;

    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const void *at = base + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
            if (count)
                json_object_set_new(object, field->name,
                                    values_of(field, *(const char *const *)at, count));
        } else if (chosen(field, base)) {
            json_auto_t *value = value_of(field, at);
            if (!is_default(value))
                json_object_set(object, field->name, value);
        }
    }
    return object;
}
