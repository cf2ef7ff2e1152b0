/* words.h - words as a POSIX shell quotes them, by the rules of Python's shlex, which pip
 * reads options with. */
#ifndef COG_PEP_WORDS_H
#define COG_PEP_WORDS_H

/* Splits `text`: an array that ends with NULL, for cog_words_free(). NULL when a quote is
 * not closed or nothing follows a backslash; `*fault` then says so. */
char **cog_words_split(const char *text, const char **fault);
void cog_words_free(char **words);

/* `word` so that it is split into itself, and no # in it begins a comment; the caller frees
 * it. */
char *cog_words_quote(const char *word);

#endif
