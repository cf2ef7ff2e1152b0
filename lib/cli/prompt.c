/* prompt.c - a line from the terminal. */
#include "cli/prompt.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3 };

int cog_prompt(const char *question, bool secret, char *line, size_t size,
               struct cog_diags *diags)
{
    struct termios before, mode;
    bool hidden = secret && tcgetattr(STDIN_FILENO, &before) == 0;

    if (hidden) { /* Ctrl-C ends the line: a signal would leave the terminal without echo */
        mode = before;
        mode.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
        mode.c_cc[VEOL] = CTRL_C;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode);
    }
    if (question) /* what is typed from here on is not shown, nor thrown away */
        cog_diags_text(diags, question, strlen(question));
    if (!fgets(line, (int)size, stdin))
        *line = '\0';
    if (hidden) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        cog_diags_text(diags, "\n", 1);
    }
    line[strcspn(line, "\r\n")] = '\0';
    return strchr(line, CTRL_C) ? -1 : 0;
}
