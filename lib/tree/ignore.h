/* ignore.h - lists of path patterns with the rules of a .dockerignore file.
 *
 * The rules are those of Docker since version 23 (moby/patternmatcher's
 * MatchesUsingParentResults() and ignorefile, tonistiigi/fsutil's FilterFS): patterns are
 * relative to the root of the tree and case sensitive, and no spelling of a letter is taken
 * for another; `?` and `*` do not match "/"; `**` matches any number of folders, none
 * included; `[a-z]` and `[^a-z]` are classes, and may match "/"; `\` takes the next
 * character as it is. A pattern that matches a folder matches all that is in it. `!` in
 * front makes an exception; the last pattern that matches a path decides. White space
 * around a pattern, `.`, `..`, doubled, leading and trailing slashes are cleaned away.
 *
 * An exception is not looked at where nothing is matched yet, and what was not looked at
 * for a folder does not hold for what is in it: "a/b" and then "!a" excludes a/b, as it
 * does in Docker, although "!a" comes later.
 *
 * Refused besides what Docker refuses: what it would read as a piece of a regular
 * expression, such as `\d`, `[*]`, or `^` beside wildcards.
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

/* What is wrong with a pattern, as in "a class has no end"; NULL when nothing is. A static
 * text. */
const char *cog_ignore_fault(const char *pattern);

/* Appends a pattern; `#` is nothing special here. Returns 0, or -1 when it has a fault; the
 * list is then as before. */
int cog_ignore_add(struct cog_ignore *ignore, const char *pattern);

/* Whether the list matches `path`, which is clean and relative to the root. `results` has
 * room for `count` values, one a pattern; they are for the paths of a folder's entries,
 * which get them as `folder`. For entries of the root, that is NULL. */
bool cog_ignore_matches(const struct cog_ignore *ignore, const char *path,
                        const bool *folder, bool *results);

/* Whether something inside the folder `path` could be decided otherwise than the folder
 * itself, whose results are given. May say yes when there is nothing, never the reverse:
 * with false, a walker need not enter an excluded or not included folder. */
bool cog_ignore_reaches_into(const struct cog_ignore *ignore, const char *path,
                             const bool *results);

#endif
