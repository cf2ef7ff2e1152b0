/* url.h - where a requirement is found when it is not in an index: a URL, or a path.
 * As text only; no file is looked at.
 *
 * What is what follows pip 25 (_internal/req/constructors.py): a URL has a scheme that pip
 * knows; a path ends like an archive, contains a slash or begins with a dot. */
#ifndef COG_PEP_URL_H
#define COG_PEP_URL_H

#include <stdbool.h>
#include <stddef.h>

bool cog_is_url(const char *text);
bool cog_is_local_path(const char *text);

/* Whether the path ends like an archive or a wheel. */
bool cog_is_archive(const char *path);

/* The version control system of a URL such as git+https://…: "git", "hg", "svn", "bzr"; or
 * NULL. */
const char *cog_url_vcs(const char *url);

/* The path of a file: URL, its %xx decoded, or NULL when it is no such URL or names another
 * host. The caller frees it. */
char *cog_url_file(const char *url);

/* The last part of a URL's path, its %xx decoded; the caller frees it. */
char *cog_url_name(const char *url);

/* The value of `key` in a URL's fragment ("#egg=…&subdirectory=…"), or NULL. The caller
 * frees it. */
char *cog_url_fragment(const char *url, const char *key);

/* The length of `text` without "[extra,…]" at its end. */
size_t cog_url_without_extras(const char *text);

/* Whether a URL in `text` has a user or a password that is not a variable: ${NAME}. The
 * plain user of an ssh URL is neither, nor is git, who forges call everybody. */
bool cog_url_has_credentials(const char *text);

/* The first ${NAME} in `text` (upper case, digits, underscores: what pip replaces), and the
 * length of the name; NULL when there is none. */
const char *cog_url_variable(const char *text, size_t *length);

#endif
