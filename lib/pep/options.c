/* options.c - the table of pip's options, and optparse's way to find one in it. */
#include "pep/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

/* pip's _internal/cli/cmdoptions.py, those that _internal/req/req_file.py lists. */
static const struct option {
    enum cog_pip_option option;
    char letter;
    bool valued;
    const char *name, *alias;
} options[] = {
    {COG_PIP_CONFIG_SETTINGS, 'C', true, "--config-settings", ""},
    {COG_PIP_CONSTRAINT, 'c', true, "--constraint", ""},
    {COG_PIP_EDITABLE, 'e', true, "--editable", ""},
    {COG_PIP_EXTRA_INDEX_URL, 0, true, "--extra-index-url", ""},
    {COG_PIP_FIND_LINKS, 'f', true, "--find-links", ""},
    {COG_PIP_HASH, 0, true, "--hash", ""},
    {COG_PIP_INDEX_URL, 'i', true, "--index-url", "--pypi-url"},
    {COG_PIP_NO_BINARY, 0, true, "--no-binary", ""},
    {COG_PIP_NO_INDEX, 0, false, "--no-index", ""},
    {COG_PIP_ONLY_BINARY, 0, true, "--only-binary", ""},
    {COG_PIP_PRE, 0, false, "--pre", ""},
    {COG_PIP_PREFER_BINARY, 0, false, "--prefer-binary", ""},
    {COG_PIP_REQUIRE_HASHES, 0, false, "--require-hashes", ""},
    {COG_PIP_REQUIREMENT, 'r', true, "--requirement", ""},
    {COG_PIP_TRUSTED_HOST, 0, true, "--trusted-host", ""},
    {COG_PIP_USE_FEATURE, 0, true, "--use-feature", ""},
};

enum { OPTIONS = sizeof options / sizeof *options };

struct reader {
    struct cog_pip_settings *out;
    char *const *next;
    struct cog_pos at;
    struct cog_diags *diags;
};

const char *cog_pip_option_name(enum cog_pip_option option)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (options[i].option == option)
            return options[i].name;
    return "";
}

static int complain(const struct reader *r, const char *what, const char *word)
{
    return cog_report(r->diags, COG_ERROR, r->at, "requirements.syntax", "%s: %s", what,
                      word);
}

static int no_such(const struct reader *r, const char *word)
{
    bool removed = strncmp(word, "--global-option", 15) == 0 ||
                   strncmp(word, "--install-option", 16) == 0;

    return cog_report(r->diags, COG_ERROR, r->at, "requirements.option",
                      removed ? "pip no longer has the option %s; write --config-settings"
                              : "unknown option in a requirements file: %s",
                      word);
}

/* A name in full wins over longer ones that begin with it. NULL after a diagnostic. */
static const struct option *find_long(const struct reader *r, const char *name)
{
    const struct option *found = NULL;
    size_t length = strlen(name), count = 0;

    for (size_t i = 0; i < OPTIONS; i++) {
        const char *names[] = {options[i].name, options[i].alias};
        for (size_t n = 0; n < 2; n++) {
            if (strcmp(names[n], name) == 0)
                return &options[i];
            if (strncmp(names[n], name, length) != 0)
                continue;
            found = &options[i];
            count++;
        }
    }
    if (count > 1)
        cog_report(r->diags, COG_ERROR, r->at, "requirements.option",
                   "more than one option begins with %s; write it in full", name);
    else if (!count)
        no_such(r, name);
    return count == 1 ? found : NULL;
}

static const struct option *find_short(char letter)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (options[i].letter && options[i].letter == letter)
            return &options[i];
    return NULL;
}

static bool is_hash(const char *value)
{
    static const struct {
        const char *name;
        size_t digits;
    } kinds[] = {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(value, kinds[i].name, 7) == 0)
            return strlen(value + 7) == kinds[i].digits &&
                   strspn(value + 7, "0123456789abcdef") == kinds[i].digits;
    return false;
}

static int check_value(const struct reader *r, enum cog_pip_option option,
                       const char *value)
{
    if (option == COG_PIP_HASH && !is_hash(value))
        return complain(
            r,
            "the digest is missing; write sha256:, sha384: or sha512: and all of its "
            "digits in lower case",
            value);
    if (option == COG_PIP_CONFIG_SETTINGS && !strchr(value, '='))
        return complain(r, "a setting is written KEY=VALUE", value);
    if ((option == COG_PIP_NO_BINARY || option == COG_PIP_ONLY_BINARY) && *value == '-')
        return complain(r, "the names of packages are missing before", value);
    return 0;
}

static void add(const struct reader *r, enum cog_pip_option option, const char *value)
{
    struct cog_pip_settings *out = r->out;

    out->items = cog_realloc(out->items, out->count + 1, sizeof *out->items);
    out->items[out->count++] = (struct cog_pip_setting){option, value, false};
}

/* `value` is what stands in the same word, or NULL; then it is the next one. */
static int add_option(struct reader *r, const struct option *option, const char *value)
{
    if (!option->valued) {
        if (value)
            return complain(r, "this option takes no value", option->name);
        add(r, option->option, NULL);
        return 0;
    }
    if (!value && *r->next)
        value = *r->next++;
    if (!value || !*value)
        return complain(r, "the value of an option is missing", option->name);
    if (check_value(r, option->option, value) < 0)
        return -1;
    add(r, option->option, value);
    return 0;
}

static int read_long(struct reader *r, const char *word)
{
    size_t length = strcspn(word, "=");
    auto_free char *name = cog_strndup(word, length);
    const struct option *option = find_long(r, name);

    if (!option)
        return -1;
    return add_option(r, option, word[length] ? word + length + 1 : NULL);
}

/* Every option with a letter takes a value, so there is one in a word. */
static int read_short(struct reader *r, const char *word)
{
    const struct option *option = find_short(word[1]);

    if (!option)
        return no_such(r, word);
    return add_option(r, option, word[2] ? word + 2 : NULL);
}

int cog_pip_settings_read(struct cog_pip_settings *settings, char *const *words,
                          struct cog_pos at, struct cog_diags *diags)
{
    struct reader r = {settings, words, at, diags};
    bool ended = false;
    int result = 0;

    *settings = (struct cog_pip_settings){0};
    while (*r.next) {
        const char *word = *r.next++;
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (!ended && strncmp(word, "--", 2) == 0)
            result |= read_long(&r, word);
        else if (!ended && *word == '-' && word[1])
            result |= read_short(&r, word);
        else
            add(&r, COG_PIP_WORD, word);
    }
    if (result < 0)
        cog_pip_settings_release(settings);
    return result;
}

void cog_pip_settings_release(struct cog_pip_settings *settings)
{
    free(settings->items);
    *settings = (struct cog_pip_settings){0};
}
