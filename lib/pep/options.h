/* options.h - the options of a requirements file, as pip 25 takes them (Python's optparse).
 *
 * "--name value", "--name=value", "-nvalue"; a long name may be cut short as long as one
 * option fits. */
#ifndef COG_PEP_OPTIONS_H
#define COG_PEP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum cog_pip_option {
    COG_PIP_CONFIG_SETTINGS,
    COG_PIP_CONSTRAINT,
    COG_PIP_EDITABLE,
    COG_PIP_EXTRA_INDEX_URL,
    COG_PIP_FIND_LINKS,
    COG_PIP_HASH,
    COG_PIP_INDEX_URL,
    COG_PIP_NO_BINARY,
    COG_PIP_NO_INDEX,
    COG_PIP_ONLY_BINARY,
    COG_PIP_PRE,
    COG_PIP_PREFER_BINARY,
    COG_PIP_REQUIRE_HASHES,
    COG_PIP_REQUIREMENT,
    COG_PIP_TRUSTED_HOST,
    COG_PIP_USE_FEATURE,
    COG_PIP_WORD, /* no option: pip ignores it */
};

struct cog_pip_setting {
    enum cog_pip_option option;
    const char *value; /* borrowed from the words; NULL: takes none */
    bool used;         /* for the caller, to find what was ignored; false at first */
};

struct cog_pip_settings {
    struct cog_pip_setting *items; /* in the order written */
    size_t count;
};

/* "--index-url". */
const char *cog_pip_option_name(enum cog_pip_option option);

/* Reads `words`, which end with NULL and must outlive `settings`. Returns 0, or -1 after
 * all diagnostics: requirements.option (no such option, or more than one),
 * requirements.syntax (a value that lacks, is not wanted or malformed). */
int cog_pip_settings_read(struct cog_pip_settings *settings, char *const *words,
                          struct cog_pos at, struct cog_diags *diags);
void cog_pip_settings_release(struct cog_pip_settings *settings);

#endif
