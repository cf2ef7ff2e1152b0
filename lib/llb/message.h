/* message.h - protobuf messages as JSON. */
#ifndef COG_LLB_MESSAGE_H
#define COG_LLB_MESSAGE_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* An object of the message's fields by name, without those that have their default value;
 * maps are objects, bytes are text or, when they are not UTF-8, {"base64": …}. A new
 * reference; JSON's null for NULL. */
json_t *cog_message_json(const ProtobufCMessage *message);

#endif
