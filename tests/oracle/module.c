/* module.c - what cog_module_names() makes of files: a name of a file a line in, an object
 * a line out. */
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "detect/module.h"

int main(void)
{
    char path[4096];
    struct cog_diags diags;
    size_t size;

    cog_diags_init(&diags, "module");
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        auto_free char *text = cog_read_file(path, 16 << 20, &size, &diags);
        json_auto_t *names = text ? cog_module_names(text) : json_object();
        auto_free char *line = cog_doc_text(names);
        (void)fputs(line, stdout);
    }
    cog_diags_flush(&diags);
    return cog_diags_status(&diags);
}
