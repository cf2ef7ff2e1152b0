/* reader.h - what the files that read shell texts share. */
#ifndef COG_SHELL_READER_H
#define COG_SHELL_READER_H

#include <jansson.h>
#include <stdbool.h>

struct cog_shell_reader {
    const char *start, *at;
    json_t *commands;
    json_t *heredocs; /* ends of here-documents whose bodies come after this line */
    unsigned depth;
    bool nested; /* in backquotes, whose text has places of its own */
    bool faulty;
};

bool cog_shell_ends_word(char c);

/* The word at `at`, or null when it is not known. Process substitutions are words. */
json_t *cog_shell_read_word(struct cog_shell_reader *r);

/* Commands up to a parenthesis, or to the end of the text (0), which stays; and with the
 * parenthesis. */
void cog_shell_read_list(struct cog_shell_reader *r, char closer);
void cog_shell_read_nested(struct cog_shell_reader *r, char closer);

/* Whether the text at `at` is NAME= or NAME+=; `*length` is that of the name. */
bool cog_shell_is_assignment(const char *at, size_t *length);

#endif
