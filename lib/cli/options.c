/* options.c - reads command lines by getopt_long(3). */
#include "cli/options.h"

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "cli/program.h"

enum {
    VERSION = 1 << 16,
    DIAGNOSTICS,
    SLOT, /* the first of the slots, which have no letter */
};

static const struct cog_option shared_options[] = {
    {DIAGNOSTICS, "diagnostics", "FORMAT", "messages as text (default) or json"},
    {'h', "help", NULL, "print this help"},
    {VERSION, "version", NULL, "print the version"},
    {0},
};

static const struct cog_pos nowhere = {0};

/* An option of the program, and the part of its state that the offset counts from. */
struct slot {
    const struct cog_option *option;
    char *base;
};

struct slots {
    struct slot *items;
    size_t count;
};

static void collect(struct slots *slots, const struct cog_option *options, char *base)
{
    for (; options && (options->name || options->group); options++) {
        if (options->group) {
            collect(slots, options->group, base + options->offset);
            continue;
        }
        slots->items = cog_realloc(slots->items, slots->count + 1, sizeof *slots->items);
        slots->items[slots->count++] = (struct slot){options, base};
    }
}

static bool is_short(const struct cog_option *option)
{
    return option->letter > 0 && option->letter < 256;
}

static void print_option(const struct cog_option *option)
{
    auto_free char *names =
        cog_printf("--%s%s%s", option->name, option->arg && *option->arg != '[' ? "=" : "",
                   option->arg ? option->arg : "");

    if (is_short(option))
        (void)printf("  -%c, %-24s %s\n", option->letter, names, option->help);
    else
        (void)printf("      %-24s %s\n", names, option->help);
}

static void print_help(const struct cog_program *program, const struct slots *slots)
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
    for (size_t i = 0; i < slots->count; i++)
        print_option(slots->items[i].option);
    (void)printf("\nExit status: 0 done, 1 refused, 2 usage, 3 machine or engine failed, 4 "
                 "no input,\n"
                 "130 interrupted. See %s(1).\n",
                 program->name);
}

/* The tables of getopt_long(3), which the caller frees; `longs` has room for all and an
 * end. */
static char *list_options(const struct slots *slots, bool command, struct option *longs)
{
    char *shorts = cog_alloc(3 * slots->count + 3);
    size_t end = 0;

    if (command)
        shorts[end++] = '+';
    shorts[end++] = ':'; /* a missing value is told from an unknown option */
    for (size_t i = 0; i < slots->count; i++) {
        const struct cog_option *option = slots->items[i].option;
        int value = !option->arg          ? no_argument
                    : *option->arg == '[' ? optional_argument
                                          : required_argument;
        longs[i] = (struct option){option->name, value, NULL, SLOT + (int)i};
        if (!is_short(option))
            continue;
        shorts[end++] = (char)option->letter;
        for (int colons = value; colons > 0; colons--)
            shorts[end++] = ':';
    }
    return shorts;
}

/* The slot that getopt_long(3) names by its number or by its letter. */
static const struct slot *slot_of(const struct slots *slots, int found)
{
    for (size_t i = 0; i < slots->count; i++)
        if (found == SLOT + (int)i || found == slots->items[i].option->letter)
            return &slots->items[i];
    abort(); /* it knows no other */
}

static int store(const struct cog_program *program, void *state, const struct slot *slot,
                 const char *value, struct cog_diags *diags)
{
    const struct cog_option *option = slot->option;
    void *place = slot->base + option->offset;

    switch (option->kind) {
    case COG_OPTION_TEXT:
        *(const char **)place = value;
        return 0;
    case COG_OPTION_FLAG:
        *(bool *)place = true;
        return 0;
    case COG_OPTION_LIST:
        if (json_array_append_new(*(json_t **)place, json_string(value)) == 0)
            return 0;
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "the value of --%s is not UTF-8", option->name);
    default:
        return program->option(state, option->letter, value, diags);
    }
}

static int set_format(struct cog_diags *diags, const char *format)
{
    diags->json = strcmp(format, "json") == 0;
    if (diags->json || strcmp(format, "text") == 0)
        return 0;
    return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                      "--diagnostics takes \"text\" or \"json\", not \"%s\"", format);
}

static int take_operands(const struct cog_program *program, void *state, char **operands,
                         struct cog_diags *diags)
{
    int result = 0;

    for (; *operands; operands++) {
        if (program->operands)
            result |= program->option(state, 0, *operands, diags);
        else
            result |= cog_report(diags, COG_ERROR, nowhere, "usage.operand",
                                 "unexpected operand \"%s\"; see --help", *operands);
    }
    return result;
}

/* Returns 0 to go on, 1 when no more is to be done, -1 after a diagnostic. */
static int take_option(const struct cog_program *program, void *state,
                       const struct slots *slots, int found, const char *word,
                       struct cog_diags *diags)
{
    if (found == ':')
        return cog_report(diags, COG_ERROR, nowhere, "usage.option", "%s needs a value",
                          word);
    if (found == '?')
        return cog_report(diags, COG_ERROR, nowhere, "usage.option",
                          "unknown option %s; see --help", word);
    const struct slot *slot = slot_of(slots, found);
    switch (slot->option->letter) {
    case 'h':
        print_help(program, slots);
        return 1;
    case VERSION:
        (void)printf("%s %s\n", program->name, COG_VERSION);
        return 1;
    case DIAGNOSTICS:
        return set_format(diags, optarg);
    default:
        return store(program, state, slot, optarg, diags);
    }
}

int cog_options_parse(const struct cog_program *program, void *state, int argc, char **argv,
                      struct cog_diags *diags)
{
    struct slots slots = {0};
    int found, result = 0;

    collect(&slots, program->options, state);
    collect(&slots, shared_options, state);
    auto_free struct slot *items = slots.items;
    auto_free struct option *longs = cog_calloc(slots.count + 1, sizeof *longs);
    auto_free char *shorts = list_options(&slots, program->command, longs);
    while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        int taken = take_option(program, state, &slots, found, argv[optind - 1], diags);
        if (taken > 0)
            return 1;
        result |= taken;
    }
    result |= take_operands(program, state, argv + optind, diags);
    const char *wrong =
        result == 0 && program->contradiction ? program->contradiction(state) : NULL;
    return wrong ? cog_report(diags, COG_ERROR, nowhere, "usage.option", "%s", wrong)
                 : result;
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
