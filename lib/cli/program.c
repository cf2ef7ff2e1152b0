/* program.c - the shared main() of every program. */
#include "cli/program.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"

enum {
    OPTION_VERSION = 1 << 16,
    OPTION_DIAGNOSTICS,
};

static const struct cog_option shared_options[] = {
    {OPTION_DIAGNOSTICS, "diagnostics", "FORMAT", "messages as text (default) or json"},
    {'h', "help", NULL, "print this help"},
    {OPTION_VERSION, "version", NULL, "print the version"},
    {0},
};

static size_t count_options(const struct cog_option *options)
{
    size_t count = 0;

    while (options && options[count].letter)
        count++;
    return count;
}

static void print_option(const struct cog_option *option)
{
    auto_free char *names =
        cog_printf("--%s%s%s", option->name, option->arg && *option->arg != '[' ? "=" : "",
                   option->arg ? option->arg : "");

    if (option->letter < 256)
        (void)printf("  -%c, %-24s %s\n", option->letter, names, option->help);
    else
        (void)printf("      %-24s %s\n", names, option->help);
}

static void print_help(const struct cog_program *program)
{
    (void)printf("Usage: %s [OPTION...]%s%s\n%s\n\n", program->name,
                 program->operands ? " " : "", program->operands ? program->operands : "",
                 program->purpose);
    if (program->read)
        (void)printf("Reads on stdin:   %s\n",
                     *program->read ? program->read : "a cog document");
    if (program->write)
        (void)printf("Writes on stdout: %s\n", program->write);
    (void)printf("%sOptions:\n", program->read || program->write ? "\n" : "");
    for (const struct cog_option *o = program->options; o && o->letter; o++)
        print_option(o);
    for (const struct cog_option *o = shared_options; o->letter; o++)
        print_option(o);
    (void)printf("\nExit status: 0 done, 1 refused, 2 usage, 3 machine or engine failed, 4 "
                 "no input,\n"
                 "130 interrupted. See %s(1).\n",
                 program->name);
}

static void add_options(const struct cog_option *options, struct option *longs,
                        char *shorts)
{
    size_t end = strlen(shorts), at = 0;

    while (longs[at].name)
        at++;
    for (; options && options->letter; options++) {
        int value = !options->arg          ? no_argument
                    : *options->arg == '[' ? optional_argument
                                           : required_argument;
        longs[at++] = (struct option){options->name, value, NULL, options->letter};
        if (options->letter < 256) {
            shorts[end++] = (char)options->letter;
            for (int colons = value; colons > 0; colons--)
                shorts[end++] = ':';
        }
    }
}

static const struct cog_pos nowhere = {0};

static int set_format(struct cog_diags *diags, const char *format)
{
    diags->json = strcmp(format, "json") == 0;
    if (diags->json || strcmp(format, "text") == 0)
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "--diagnostics takes \"text\" or \"json\", not \"%s\"", format);
}

/* Returns 0 to go on, 1 when all is said (help, version), -1 after a diagnostic. */
static int parse_options(const struct cog_program *program, void *state, int argc,
                         char **argv, struct cog_diags *diags)
{
    size_t count = count_options(program->options) + count_options(shared_options);
    auto_free struct option *longs = cog_calloc(count + 1, sizeof *longs);
    auto_free char *shorts = cog_alloc(3 * count + 3);
    int letter, result = 0;

    /* ':': a missing value is told from an unknown option */
    memcpy(shorts, program->command ? "+:" : ":", program->command ? 3 : 2);
    add_options(program->options, longs, shorts);
    add_options(shared_options, longs, shorts);
    while ((letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (letter == 'h')
            return print_help(program), 1;
        if (letter == OPTION_VERSION)
            return (void)printf("%s %s\n", program->name, COG_VERSION), 1;
        if (letter == OPTION_DIAGNOSTICS)
            result |= set_format(diags, optarg);
        else if (letter == ':')
            result |= cog_report(diags, COG_ERROR, nowhere, "usage.option",
                                 "%s needs a value", argv[optind - 1]);
        else if (letter == '?')
            result |= cog_report(diags, COG_ERROR, nowhere, "usage.option",
                                 "unknown option %s; see --help", argv[optind - 1]);
        else
            result |= program->option(state, letter, optarg, diags);
    }
    for (; optind < argc; optind++) {
        if (program->operands)
            result |= program->option(state, 0, argv[optind], diags);
        else
            result |= cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                                 "unexpected operand \"%s\"; see --help", argv[optind]);
    }
    return result;
}

int cog_option_number(const char *name, const char *value, long most, long *number,
                      struct cog_diags *diags)
{
    size_t digits = strspn(value, "0123456789");

    *number = digits > 0 && digits < 8 && !value[digits] ? strtol(value, NULL, 10) : 0;
    if (*number > 0 && *number <= most)
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "%s takes a number from 1 to %ld, not \"%s\"", name, most, value);
}

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
    int parsed = parse_options(program, state, argc, argv, &diags);
    if (parsed > 0)
        status = fflush(stdout) == 0 ? COG_EXIT_OK : COG_EXIT_MACHINE;
    else
        status = parsed < 0 ? COG_EXIT_USAGE : run(program, state, &diags);
    cog_diags_flush(&diags);
    cog_diags_release(&diags);
    return status;
}
