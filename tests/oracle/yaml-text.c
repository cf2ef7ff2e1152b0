/* yaml-text.c - for tests/oracle/yaml-text: reads a YAML text a line, as a JSON string, and
 * prints what our reader made of it as JSON, or "refused". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "yaml/yaml.h"

static void answer(const char *line)
{
    json_auto_t *text = json_loads(line, JSON_DECODE_ANY, NULL);
    struct cog_diags diags;
    struct cog_yaml yaml;

    cog_diags_init(&diags, "oracle");
    if (cog_yaml_load(&yaml, json_string_value(text), json_string_length(text), "oracle",
                      &diags) == 0) {
        auto_free char *value = json_dumps(yaml.value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
        (void)puts(yaml.flawed ? "refused" : value);
        cog_yaml_release(&yaml);
    } else {
        (void)puts("refused");
    }
    cog_diags_release(&diags);
}

int main(void)
{
    auto_free char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) >= 0)
        answer(line);
    return 0;
}
