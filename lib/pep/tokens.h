/* tokens.h - words as a POSIX shell quotes them, by the rules of Python's shlex, which pip
 * reads options with. */
#ifndef COG_PEP_TOKENS_H
#define COG_PEP_TOKENS_H

/* Splits `text`: an array that ends with NULL, for cog_tokens_free(). NULL when a quote is
 * not closed or nothing follows a backslash; `*fault` then says so. */
char **cog_tokens_split(const char *text, const char **fault);
void cog_tokens_free(char **words);

/* `word` so that it is split into itself, and no # in it begins a comment; the caller frees
 * it. */
char *cog_tokens_quote(const char *word);

#endif
