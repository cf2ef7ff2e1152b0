/* requirements.c - what the logical lines of a requirements file say. */
#include "pep/requirements.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "pep/lines.h"
#include "pep/options.h"
#include "pep/package.h"
#include "pep/tokens.h"
#include "pep/url.h"

struct reader {
    json_t *out;
    struct cog_pos at;
    struct cog_diags *diags;
};

static void add(const struct reader *r, const char *kind, json_t *value)
{
    json_t *origin = json_pack("{s:s, s:i}", "file", r->at.file, "line", r->at.line);

    if (r->at.column)
        json_object_set_new(origin, "column", json_integer(r->at.column));
    json_object_set_new(value, "origin", origin);
    json_array_append_new(r->out, json_pack("{s:o}", kind, value));
}

static int refuse_credentials(struct cog_pos at, struct cog_diags *diags)
{
    return cog_report(diags, COG_ERROR, at, "requirements.credentials",
                      "a URL with a user or password would stay in the image's history; "
                      "write a variable, as in https://${USER}:${TOKEN}@…");
}

char *cog_requirements_option(const char *name, const char *value)
{
    auto_free char *quoted = value ? cog_tokens_quote(value) : NULL;

    return quoted ? cog_printf("%s %s", name, quoted) : cog_strdup(name);
}

static void add_option(const struct reader *r, struct cog_pip_setting *setting)
{
    const char *name = cog_pip_option_name(setting->option);
    auto_free char *text = cog_requirements_option(name, setting->value);

    setting->used = true;
    add(r, "option",
        json_pack("{s:s, s:s?, s:s}", "name", name, "value", setting->value, "text", text));
}

static void add_variables(const struct reader *r, const char *line)
{
    size_t length;
    const char *found = cog_url_variable(line, &length);

    for (; found; found = cog_url_variable(found + length + 3, &length))
        add(r, "variable", json_pack("{s:s%}", "name", found + 2, length));
}

/* The first setting of an option, or NULL. */
static struct cog_pip_setting *find(const struct cog_pip_settings *settings,
                                    enum cog_pip_option option)
{
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].option == option)
            return &settings->items[i];
    return NULL;
}

/* pip acts on these while it reads them, wherever they stand. */
static void add_formats(const struct reader *r, const struct cog_pip_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].option == COG_PIP_NO_BINARY ||
            settings->items[i].option == COG_PIP_ONLY_BINARY)
            add_option(r, &settings->items[i]);
}

/* pip ignores where to look for packages behind a requirement; with Cog it counts for all
 * of them. */
static void add_places(const struct reader *r, const struct cog_pip_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct cog_pip_setting *setting = &settings->items[i];
        if (setting->option != COG_PIP_EXTRA_INDEX_URL &&
            setting->option != COG_PIP_FIND_LINKS)
            continue;
        add_option(r, setting);
        if (!r->at.column)
            cog_report(r->diags, COG_WARNING, r->at, "requirements.inline",
                       "pip ignores %s behind a requirement; here it counts for all of "
                       "them, as with Cog; write it on a line of its own",
                       cog_pip_option_name(setting->option));
    }
}

/* pip's order, in which a line of several options is not read from left to right: an index
 * takes the place of those before it. */
static void add_options(const struct reader *r, const struct cog_pip_settings *settings)
{
    static const struct {
        enum cog_pip_option option;
        enum { FIRST, LAST, ALL } which;
    } order[] = {
        {COG_PIP_REQUIRE_HASHES, FIRST},
        {COG_PIP_USE_FEATURE, ALL},
        {COG_PIP_NO_INDEX, FIRST},
        {COG_PIP_INDEX_URL, LAST},
        {COG_PIP_EXTRA_INDEX_URL, ALL},
        {COG_PIP_FIND_LINKS, FIRST},
        {COG_PIP_PRE, FIRST},
        {COG_PIP_PREFER_BINARY, FIRST},
        {COG_PIP_TRUSTED_HOST, ALL},
    };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct cog_pip_setting *chosen = NULL;
        for (size_t k = 0; k < settings->count; k++) {
            struct cog_pip_setting *setting = &settings->items[k];
            if (setting->option != order[i].option)
                continue;
            if (order[i].which == ALL)
                add_option(r, setting);
            else if (order[i].which == LAST || !chosen)
                chosen = setting;
        }
        if (chosen)
            add_option(r, chosen);
    }
}

static int add_file(const struct reader *r, struct cog_pip_setting *setting)
{
    size_t length;

    setting->used = true;
    if (cog_url_variable(setting->value, &length))
        return cog_report(r->diags, COG_ERROR, r->at, "requirements.variable",
                          "which file is meant is not known yet; write the path out: %s",
                          setting->value);
    add(r, "file",
        json_pack("{s:s, s:b}", "path", setting->value, "constraint",
                  setting->option == COG_PIP_CONSTRAINT));
    return 0;
}

/* Moves the options of a requirement into it. */
static void attach(json_t *package, const struct cog_pip_settings *settings, bool hashes)
{
    json_auto_t *options = json_array();
    json_auto_t *digests = json_array();

    for (size_t i = 0; i < settings->count; i++) {
        struct cog_pip_setting *setting = &settings->items[i];
        if (setting->option == COG_PIP_HASH && hashes) {
            setting->used = true;
            json_array_append_new(digests, json_string(setting->value));
        } else if (setting->option == COG_PIP_CONFIG_SETTINGS) {
            auto_free char *quoted = cog_tokens_quote(setting->value);
            auto_free char *text = cog_printf("--config-settings=%s", quoted);
            setting->used = true;
            json_array_append_new(options, json_string(text));
        }
    }
    json_object_set(package, "hashes", digests);
    if (json_array_size(options))
        json_object_set(package, "options", options);
}

/* `requirement` is what stands before the options; "" when they are all. */
static int read_settings(const struct reader *r, const char *requirement,
                         const struct cog_pip_settings *settings)
{
    struct cog_pip_setting *editable = find(settings, COG_PIP_EDITABLE);
    struct cog_pip_setting *file = find(settings, COG_PIP_REQUIREMENT);
    json_t *package = NULL;

    add_formats(r, settings);
    if (*requirement && editable)
        return cog_report(r->diags, COG_ERROR, r->at, "requirements.syntax",
                          "-e stands behind a requirement; write it on a line of its own: "
                          "%s",
                          editable->value);
    if (*requirement) {
        add_places(r, settings);
        package = cog_package_read(requirement, r->at, r->diags);
    } else if (editable) {
        editable->used = true;
        package = cog_package_read_editable(editable->value, r->at, r->diags);
    } else if (file || (file = find(settings, COG_PIP_CONSTRAINT))) {
        return add_file(r, file);
    } else {
        add_options(r, settings);
        return 0;
    }
    if (!package)
        return -1;
    attach(package, settings, *requirement != '\0');
    add(r, "package", package);
    return 0;
}

/* pip says nothing about these. */
static void warn_of_ignored(const struct reader *r, const struct cog_pip_settings *settings)
{
    char *ignored;
    size_t size;
    FILE *out = cog_text_open(&ignored, &size);

    for (size_t i = 0; i < settings->count; i++) {
        const struct cog_pip_setting *setting = &settings->items[i];
        auto_free char *text =
            cog_requirements_option(cog_pip_option_name(setting->option), setting->value);
        if (!setting->used)
            (void)fprintf(out, "%s%s", *text == ' ' ? "" : " ", text);
    }
    cog_text_close(out, &ignored);
    if (*ignored)
        cog_report(
            r->diags, COG_WARNING, r->at, "requirements.ignored",
            "pip ignores this here; if it is meant, write it on a line of its own:%s",
            ignored);
    free(ignored);
}

static int check_credentials(const struct reader *r,
                             const struct cog_pip_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        const char *value = settings->items[i].value;
        if (value && cog_url_has_credentials(value))
            return refuse_credentials(r->at, r->diags);
    }
    return 0;
}

/* Where the options of a line begin: before the first word with a dash in front. */
static const char *options_of(const char *line)
{
    if (*line == '-')
        return line;
    const char *space = strstr(line, " -");
    return space ? space : line + strlen(line);
}

static int read_line(const struct reader *r, const char *line)
{
    struct cog_pip_settings settings;
    const char *options = options_of(line), *fault = "";
    auto_free char *requirement = cog_strndup(line, (size_t)(options - line));

    if (cog_url_has_credentials(line))
        return refuse_credentials(r->at, r->diags);
    add_variables(r, line);
    char **words = cog_tokens_split(options, &fault);
    if (!words)
        return cog_report(r->diags, COG_ERROR, r->at, "requirements.syntax", "%s: %s",
                          fault, options);
    int result = cog_pip_settings_read(&settings, words, r->at, r->diags);
    if (result == 0)
        result = check_credentials(r, &settings);
    if (result == 0)
        result = read_settings(r, requirement, &settings);
    if (result == 0)
        warn_of_ignored(r, &settings);
    cog_pip_settings_release(&settings);
    cog_tokens_free(words);
    return result;
}

int cog_requirements_read(json_t *entries, const char *text, const char *file,
                          struct cog_diags *diags)
{
    struct reader reader = {entries, {.file = file}, diags};
    struct cog_lines lines = {text, 1};
    int result = 0;

    for (char *line; (line = cog_lines_next(&lines, &reader.at.line)); free(line))
        result |= read_line(&reader, line);
    return result;
}

int cog_requirements_read_line(json_t *entries, const char *line, struct cog_pos at,
                               struct cog_diags *diags)
{
    const struct reader reader = {entries, at, diags};
    struct cog_lines lines = {line, 1};
    unsigned number;
    int result = 0;

    for (char *text; (text = cog_lines_next(&lines, &number)); free(text))
        result |= read_line(&reader, text);
    return result;
}
