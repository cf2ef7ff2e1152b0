/* schema.c - what lib/schema says of schemas and values, for tests/oracle/schema.
 *
 * Reads lines {"schema": …, "value": …} and writes for each "valid", "invalid", or
 * "refused: REASON" when the schema is one that is not supported; "unread" when the line
 * has a number that jansson cannot hold. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "schema/schema.h"

static void judge(const json_t *line)
{
    struct cog_diags diags, unseen;
    json_auto_t *files = json_object();

    cog_diags_init(&diags, "schema");
    cog_diags_init(&unseen, "schema");
    json_object_set(files, "", json_object_get(line, "schema"));
    struct cog_schema *schema = cog_schema_compile(files, &diags);
    if (!schema) {
        (void)puts("refused");
    } else {
        int result =
            cog_policy_check(schema, "oracle", json_object_get(line, "value"), &unseen);
        (void)puts(result == 0 ? "valid" : "invalid");
    }
    cog_schema_free(schema);
    cog_diags_release(&diags);
    cog_diags_release(&unseen);
}

int main(void)
{
    auto_free char *line = NULL;
    size_t room = 0;

    json_set_alloc_funcs(cog_alloc, free);
    while (getline(&line, &room, stdin) > 0) {
        json_auto_t *value = json_loads(line, 0, NULL);
        if (value)
            judge(value);
        else
            (void)puts("unread");
        (void)fflush(stdout);
    }
    return 0;
}
