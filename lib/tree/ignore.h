/* ignore.h - lists of path patterns with the rules of a .dockerignore file.
 *
 * The rules are those of Docker (moby/patternmatcher and its ignorefile): patterns are
 * relative to the root of the tree and case sensitive; `?` and `*` do not match "/", `**`
 * matches any number of folders, none included; `[a-z]` and `[^a-z]` are classes, `\` takes
 * the next character as it is. A pattern that matches a folder matches all that is in it.
 * `!` in front makes an exception; the last pattern that matches a path decides. White
 * space around a pattern, `.`, `..`, doubled, leading and trailing slashes are cleaned
 * away; empty lines and lines that begin with `#` are comments.
 *
 * The same lists serve for choosing ("include") and for leaving out ("exclude"). */
#ifndef COG_TREE_IGNORE_H
#define COG_TREE_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

struct cog_ignore_pattern; /* one cleaned pattern */

struct cog_ignore {
    struct cog_ignore_pattern *patterns;
    size_t count;
};

/* An empty list: matches nothing. */
void cog_ignore_init(struct cog_ignore *ignore);
void cog_ignore_release(struct cog_ignore *ignore);

/* Appends one line of a .dockerignore. Returns 0, or -1 when the pattern is malformed (a
 * class without end, nothing after `!` or `\`); the list is then as before. */
int cog_ignore_add(struct cog_ignore *ignore, const char *line);

/* Whether the list matches `path`, which is clean and relative to the root. */
bool cog_ignore_matches(const struct cog_ignore *ignore, const char *path);

/* Whether a pattern could match something inside the folder `path`; `exception` chooses the
 * kind of pattern that counts. May say yes when there is nothing, never the reverse: with
 * false, a walker need not enter an excluded (exception) or not included folder. */
bool cog_ignore_reaches_into(const struct cog_ignore *ignore, const char *path,
                             bool exception);

#endif
