/* requirements.c - reads the path of a project folder a line, and prints what its
 * requirements.txt asks for: the facts as JSON, or null and then the diagnostics; then an
 * empty line. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/doc.h"
#include "detect/detect.h"

static void answer(const char *folder)
{
    struct cog_diags diags;
    json_t *facts = json_object();
    const struct cog_scan scan = {.root = folder, .facts = facts, .diags = &diags};

    cog_diags_init(&diags, "oracle");
    diags.json = true;
    int result = cog_detect_requirements(&scan, "requirements.txt",
                                         (struct cog_pos){.file = "cog.yaml"});
    char *text = result < 0 ? cog_strdup("null\n") : cog_doc_text(facts);
    (void)fputs(text, stdout);
    (void)fflush(stdout);
    cog_diags_flush(&diags);
    (void)puts("");
    (void)fflush(stdout);
    cog_diags_release(&diags);
    json_decref(facts);
    free(text);
}

int main(void)
{
    char line[4096];

    json_set_alloc_funcs(cog_alloc, free);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(line);
    }
    return 0;
}
