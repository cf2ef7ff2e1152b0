/* shell.h - the simple commands of a shell text, as far as they can be read without running
 * it.
 *
 * Follows POSIX.1-2017, XCU 2, with bash's $'…', <<<, &> and [[. Read are quotes, lists,
 * pipes, subshells, groups, substitutions, comments and continued lines; the words of if,
 * for, while and case are stepped over, the bodies of here-documents are left alone.
 * Nothing is expanded. */
#ifndef COG_SHELL_SHELL_H
#define COG_SHELL_SHELL_H

#include <jansson.h>

/* What a text whose quotes and parentheses do not match gives besides NULL; static. */
#define COG_SHELL_UNBALANCED "its quotes or parentheses do not match"

/* The commands in the order in which they begin, those of a substitution before the one
 * that has it: an array of objects with
 *   "words"   the program and its arguments; null where a word is not known before it runs
 *   "starts"  where each word begins, in bytes from the beginning of `text`
 *   "env"     {NAME: value or null}: the variables that are set for it
 *   "writes"  the files that its output goes to
 * A command without a word sets variables only. A new reference; NULL: the text is
 * unbalanced. */
json_t *cog_shell_read(const char *text);

/* The text without `sudo` and its options before commands; the caller frees it. NULL: none
 * is there, or the text is unbalanced. */
char *cog_shell_without_sudo(const char *text);

#endif
