/* terminal.c - modes and size of the terminal. */
#include "exec/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

bool cog_terminal_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void cog_terminal_make_raw(struct cog_terminal *terminal)
{
    struct termios mode;

    if (tcgetattr(STDIN_FILENO, &terminal->before) < 0)
        return;
    mode = terminal->before;
    mode.c_iflag &=
        ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    mode.c_oflag &= ~(tcflag_t)OPOST;
    mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    mode.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    mode.c_cflag |= CS8;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    terminal->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0;
}

void cog_terminal_restore(struct cog_terminal *terminal)
{
    if (terminal->raw)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
    terminal->raw = false;
}

void cog_terminal_size(unsigned *rows, unsigned *columns)
{
    struct winsize size;

    *rows = 24;
    *columns = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
        *rows = size.ws_row;
        *columns = size.ws_col;
    }
}
