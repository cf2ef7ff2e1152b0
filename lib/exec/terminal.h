/* terminal.h - the terminal that a program is used at, when what it types and shows is a
 * container's. */
#ifndef COG_EXEC_TERMINAL_H
#define COG_EXEC_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

/* Zero-initialise. */
struct cog_terminal {
    struct termios before;
    bool raw;
};

/* Whether both standard input and output are one. */
bool cog_terminal_is_there(void);

/* From now on every key is a byte, Ctrl-C too; until cog_terminal_restore(). */
void cog_terminal_make_raw(struct cog_terminal *terminal);
void cog_terminal_restore(struct cog_terminal *terminal);

/* Its size; 80 by 24 if that is not known. */
void cog_terminal_size(unsigned *rows, unsigned *columns);

#endif
