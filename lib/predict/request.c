/* request.c - gathers prediction requests. */
#include "predict/request.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "predict/coercion.h"
#include "predict/inputs.h"
#include "schema/schema.h"

enum { MAX_REQUESTS = 1 << 30 }; /* bytes: files travel in them */

static const struct cog_pos nowhere = {0};
static const char blanks[] = " \t\r\n";

void cog_requests_release(struct cog_requests *requests)
{
    json_decref(requests->list);
    json_decref(requests->texts);
    *requests = (struct cog_requests){0};
}

int cog_requests_add_text(struct cog_requests *requests, const char *text,
                          struct cog_diags *diags)
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text)
        return cog_report(diags, COG_ERROR, nowhere, "usage.input",
                          "an input is NAME=VALUE, not \"%s\"", text);
    auto_free char *name = cog_strndup(text, (size_t)(equals - text));
    json_t *value = json_string(equals + 1);
    if (!value)
        return cog_report(diags, COG_ERROR, nowhere, "usage.input",
                          "input \"%s\" is not UTF-8", name);
    if (!requests->texts)
        requests->texts = json_object();
    if (!json_object_get(requests->texts, name))
        json_object_set_new(requests->texts, name, json_array());
    return json_array_append_new(json_object_get(requests->texts, name), value);
}

static int add(struct cog_requests *requests, json_t *request)
{
    if (!requests->list)
        requests->list = json_array();
    return json_array_append_new(requests->list, request);
}

/* What `text` stands for and, in `*name`, where it comes from; the caller frees it. */
static char *read_json(const char *text, const char **name, size_t *size,
                       struct cog_diags *diags)
{
    if (strcmp(text, "-") == 0) {
        *name = "<stdin>";
        return cog_read_all(stdin, *name, MAX_REQUESTS, size, diags);
    }
    if (*text == '@') {
        *name = text + 1;
        return cog_read_operand(*name, MAX_REQUESTS, size, diags);
    }
    *name = "--json";
    *size = strlen(text);
    return cog_strdup(text);
}

int cog_requests_add_json(struct cog_requests *requests, const char *text,
                          struct cog_diags *diags)
{
    const char *name;
    size_t size;
    auto_free char *json = read_json(text, &name, &size, diags);
    json_t *inputs = json ? cog_doc_parse(json, size, name, diags) : NULL;

    if (!inputs)
        return -1;
    requests->read_files = true;
    return add(requests, json_pack("{s:o}", "input", inputs));
}

/* The first JSON value of `text` ends at `*end`; false: it has no end, or is none. */
static bool find_end(const char *text, size_t size, size_t *end)
{
    json_error_t error;
    json_auto_t *value = json_loadb(text, size, JSON_DISABLE_EOF_CHECK, &error);

    *end = value ? (size_t)error.position : size;
    return value;
}

int cog_requests_add_object(struct cog_requests *requests, const char *text, size_t size,
                            struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = "<stdin>"};
    json_t *request = cog_doc_parse(text, size, place.file, diags);

    if (!request)
        return -1;
    requests->read_files = true;
    (void)add(requests, request);
    return cog_schema_check("request-1.json", request, &place, diags);
}

/* Every request by itself, so that cog_doc_parse() puts its caps on each. */
int cog_requests_read(struct cog_requests *requests, struct cog_diags *diags)
{
    size_t size, end, at = 0;
    auto_free char *text = cog_read_all(stdin, "<stdin>", MAX_REQUESTS, &size, diags);

    if (!text)
        return -1;
    for (at = strspn(text, blanks); at < size;
         at += end + strspn(text + at + end, blanks)) {
        (void)find_end(text + at, size - at, &end);
        if (cog_requests_add_object(requests, text + at, end, diags) < 0)
            return -1;
    }
    return requests->list ? 0 : COG_EXIT_NO_INPUT;
}

static void complete(json_t *request, const json_t *openapi, bool read_files,
                     struct cog_diags *diags)
{
    unsigned errors = diags->errors;
    json_t *inputs = json_object_get(request, "input");

    if (!inputs) {
        inputs = json_object();
        json_object_set_new(request, "input", inputs);
    }
    if (read_files)
        (void)cog_inputs_read_files(openapi, inputs, diags);
    if (openapi && diags->errors == errors)
        (void)cog_inputs_check(openapi, inputs, diags);
}

json_t *cog_request_parse(const char *text, size_t size, const json_t *openapi,
                          struct cog_diags *diags)
{
    const struct cog_schema_place place = {.file = "<stdin>"};
    json_t *request = cog_doc_parse(text, size, place.file, diags);

    if (request && cog_schema_check("request-1.json", request, &place, diags) == 0)
        complete(request, openapi, true, diags);
    return request;
}

int cog_requests_complete(struct cog_requests *requests, const json_t *openapi,
                          struct cog_diags *diags)
{
    unsigned errors = diags->errors;
    size_t index;
    json_t *request;

    if (requests->texts) {
        json_t *inputs = cog_inputs_coerce(openapi, requests->texts, diags);
        if (!inputs)
            return -1;
        (void)add(requests, json_pack("{s:o}", "input", inputs));
    }
    json_array_foreach(requests->list, index, request) {
        complete(request, openapi, requests->read_files, diags);
    }
    return diags->errors > errors ? -1 : 0;
}

void cog_request_set_context(json_t *request, const json_t *context)
{
    json_t *own = json_object_get(request, "context");

    if (!request || !context)
        return;
    if (!own)
        json_object_set_new(request, "context", own = json_object());
    json_object_update(own, (json_t *)context);
}
