/* compare.c - numbers by value, whatever their spelling; the rest by what it holds. */
#include "schema/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *cog_json_type(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

size_t cog_json_length(const json_t *string)
{
    size_t length = 0;

    for (const char *byte = json_string_value(string); *byte; byte++)
        length += (*byte & 0xc0) != 0x80;
    return length;
}

/* Of 64 bits of precision at least, wherever Debian's long double is not just a double. */
static long double value_of(const json_t *number)
{
    return json_is_integer(number) ? (long double)json_integer_value(number)
                                   : (long double)json_real_value(number);
}

int cog_number_compare(const json_t *a, const json_t *b)
{
    long double one = value_of(a), other = value_of(b);

    return (one > other) - (one < other);
}

bool cog_number_is_whole(const json_t *number)
{
    double value = json_real_value(number);

    return json_is_integer(number) || (json_is_real(number) && value == floor(value));
}

/* A number without its sign: digits * 10^exponent, the last digit not 0. */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* The shortest decimal that reads back as the same double is what was written. */
static struct decimal decimal_of_real(double value)
{
    struct decimal decimal = {0};
    char text[40];

    for (int precision = 14; precision <= 16; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision, fabs(value));
        if (strtod(text, NULL) == fabs(value))
            break;
    }
    char *exponent = strchr(text, 'e');
    *exponent = '\0';
    char *point = strchr(text, '.');
    decimal.exponent = (int)strtol(exponent + 1, NULL, 10) - (int)strlen(point + 1);
    memmove(point, point + 1, strlen(point));
    decimal.digits = strtoull(text, NULL, 10);
    return decimal;
}

static struct decimal decimal_of(const json_t *number)
{
    json_int_t integer = json_integer_value(number);
    struct decimal decimal = {integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer, 0};

    if (json_is_real(number))
        decimal = decimal_of_real(json_real_value(number));
    while (decimal.digits && decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.exponent++;
    }
    return decimal;
}

/* 10 * rest modulo `divisor`, which is at most 2^63, so that a sum does not overflow. */
static uint64_t shift(uint64_t rest, uint64_t divisor)
{
    uint64_t sum = 0;

    for (int i = 0; i < 10; i++)
        sum = (sum + rest) % divisor;
    return sum;
}

bool cog_number_is_multiple(const json_t *a, const json_t *b)
{
    struct decimal value = decimal_of(a), divisor = decimal_of(b);

    if (value.digits == 0)
        return true;
    uint64_t rest = value.digits % divisor.digits;
    for (int i = divisor.exponent; i < value.exponent; i++)
        rest = shift(rest, divisor.digits);
    return rest == 0 && value.exponent >= divisor.exponent;
}

bool cog_json_equal(const json_t *a, const json_t *b)
{
    const char *name;
    json_t *member;
    size_t index;

    if (json_is_number(a) && json_is_number(b))
        return cog_number_compare(a, b) == 0;
    if (json_typeof(a) != json_typeof(b) || json_array_size(a) != json_array_size(b) ||
        json_object_size(a) != json_object_size(b))
        return false;
    json_array_foreach(a, index, member) {
        if (!cog_json_equal(member, json_array_get(b, index)))
            return false;
    }
    json_object_foreach((json_t *)a, name, member) {
        const json_t *other = json_object_get(b, name);
        if (!other || !cog_json_equal(member, other))
            return false;
    }
    return json_is_object(a) || json_is_array(a) || json_equal(a, b);
}

/* FNV-1a. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    for (const unsigned char *byte = bytes; size--; byte++)
        hash = (hash ^ *byte) * UINT64_C(0x100000001b3);
    return hash;
}

uint64_t cog_json_hash(const json_t *value)
{
    const double number = json_number_value(value) + 0.0; /* -0.0 is 0 */
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const char *name;
    json_t *member;
    size_t index;

    if (json_is_number(value))
        return hash_bytes(hash, &number, sizeof number);
    if (json_is_string(value))
        return hash_bytes(hash, json_string_value(value), json_string_length(value));
    hash += (uint64_t)json_typeof(value);
    json_array_foreach(value, index, member) {
        uint64_t of_member = cog_json_hash(member);
        hash = hash_bytes(hash, &of_member, sizeof of_member);
    }
    json_object_foreach((json_t *)value, name, member) {
        hash += hash_bytes(cog_json_hash(member), name, strlen(name));
    }
    return hash;
}
