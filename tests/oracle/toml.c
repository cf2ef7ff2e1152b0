/* toml.c - for tests/oracle/toml: reads documents, each after a line with its size, and
 * prints what our reader makes of each on a line: "ok JSON", or its diagnostics as JSON on
 * stderr. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "toml/toml.h"

static void judge(const char *text, size_t size)
{
    struct cog_diags diags;
    struct cog_toml toml;

    cog_diags_init(&diags, "toml");
    diags.json = true;
    if (cog_toml_load(&toml, text, size, "x.toml", &diags) == 0) {
        auto_free char *json = json_dumps(toml.value, JSON_COMPACT | JSON_ENSURE_ASCII);
        printf("ok %s\n", json);
        (void)fflush(stdout);
        cog_toml_release(&toml);
    }
    cog_diags_flush(&diags);
    cog_diags_release(&diags);
}

int main(void)
{
    auto_free char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        size_t size = strtoul(line, NULL, 10);
        auto_free char *text = cog_alloc(size);
        if (fread(text, 1, size, stdin) != size)
            return 1;
        judge(text, size);
    }
    return 0;
}
