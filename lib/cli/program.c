/* program.c - the shared main() of every program. */
#include "cli/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"

static bool blank(const char *bytes, size_t size)
{
    return strspn(bytes, " \t\r\n") >= size;
}

/* Returns an exit status. */
static int run(const struct cog_program *program, void *state, struct cog_diags *diags)
{
    auto_free char *bytes = NULL;
    struct cog_input in = {0};
    struct cog_output out = {0};

    if (program->read && (!program->reads || program->reads(state))) {
        bytes = cog_read_all(stdin, "<stdin>", COG_DOC_MAX_BYTES, &in.size, diags);
        if (!bytes)
            return cog_diags_status(diags);
        if (blank(bytes, in.size))
            return COG_EXIT_NO_INPUT;
        in.bytes = bytes;
        in.doc = cog_doc_parse(bytes, in.size, "<stdin>", diags);
        if (!in.doc || (*program->read &&
                        cog_doc_expect(in.doc, program->read, "<stdin>", diags) < 0)) {
            json_decref(in.doc);
            return COG_EXIT_REFUSED;
        }
    }
    int result = program->run(state, &in, &out, diags);
    if (result == 0 && diags->errors > 0)
        result = -1; /* what is wrong is not handed on, whoever found it */
    if (result == 0 && out.doc) {
        out.bytes = cog_doc_text(out.doc);
        out.size = strlen(out.bytes);
    }
    if (result == 0 && out.bytes)
        (void)cog_write_all(stdout, "<stdout>", out.bytes, out.size, diags);
    free(out.bytes);
    json_decref(out.doc);
    json_decref(in.doc);
    if (result != 0 && result != -1)
        return result;
    return cog_diags_status(diags);
}

int cog_main(const struct cog_program *program, void *state, int argc, char **argv)
{
    struct cog_diags diags;
    int status;

    json_set_alloc_funcs(cog_alloc, free);
    (void)signal(SIGPIPE, SIG_IGN);
    opterr = 0;
    cog_diags_init(&diags, program->name);
    int parsed = cog_options_parse(program, state, argc, argv, &diags);
    if (parsed > 0)
        status = fflush(stdout) == 0 ? COG_EXIT_OK : COG_EXIT_MACHINE;
    else
        status = parsed < 0 ? COG_EXIT_USAGE : run(program, state, &diags);
    cog_diags_flush(&diags);
    cog_diags_release(&diags);
    return status;
}
