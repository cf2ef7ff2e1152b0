/* package_source.h - which of a project's manifests and locks says what is installed. */
#ifndef COG_DETECT_PACKAGE_SOURCE_H
#define COG_DETECT_PACKAGE_SOURCE_H

#include "detect/detect.h"

enum cog_format {
    COG_REQUIREMENTS,
    COG_PYPROJECT,
    COG_PIPFILE,
    COG_SCRIPT, /* a Python file with a block of PEP 723 */
    COG_UV_LOCK,
    COG_SCRIPT_LOCK,
    COG_PYLOCK,
    COG_POETRY_LOCK,
    COG_PDM_LOCK,
    COG_PIPFILE_LOCK,
    COG_FOREIGN, /* conda's and pixi's, which are recognised and refused */
};

struct cog_candidate {
    char *file;          /* relative to the project */
    const char *manager; /* as in cog/project-1 */
    enum cog_format format;
    bool lock;  /* it gives exact versions */
    bool empty; /* it names no package */
};

/* What there is, the strongest first. */
struct cog_package_sources {
    struct cog_candidate *items;
    size_t count;
    size_t chosen; /* index of an item; `count`: none */
    bool named;    /* cog.yaml says so */
};

/* Looks for the files that are known by their names. `pyproject` is what pyproject.toml
 * says (NULL: there is none), `script` a Python file with a block of PEP 723, or NULL. */
void cog_package_sources_find(struct cog_package_sources *choice,
                              const struct cog_scan *scan, const json_t *pyproject,
                              const char *script);
void cog_package_sources_release(struct cog_package_sources *choice);

/* Chooses `file`, which cog.yaml names and which exists. */
void cog_package_sources_name(struct cog_package_sources *choice, const char *file,
                              const json_t *pyproject);

/* Chooses by rank: locks before manifests. Two locks of different managers are an error
 * (packages.ambiguous), as is nothing but what cannot be used yet (packages.unsupported); a
 * misspelt name alone is a warning (packages.misspelt). Returns 0 or -1. */
int cog_package_sources_make(struct cog_package_sources *choice,
                             const struct cog_scan *scan);

/* Warns of what is there and not used (packages.ignored), and of versions that are not
 * locked (packages.unlocked). To be called once the chosen one was read. */
void cog_package_sources_warn(const struct cog_package_sources *choice,
                              struct cog_diags *diags);

/* Refuses conda's and pixi's (packages.unsupported); 0 or -1. */
int cog_package_sources_check(const struct cog_package_sources *choice,
                              struct cog_diags *diags);

/* The fact `manifests`; a new reference. */
json_t *cog_package_sources_facts(const struct cog_package_sources *choice);

#endif
