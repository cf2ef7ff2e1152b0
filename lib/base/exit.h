/* exit.h - the exit statuses that every program of cog shares. */
#ifndef COG_BASE_EXIT_H
#define COG_BASE_EXIT_H

enum cog_exit {
    COG_EXIT_OK = 0,
    COG_EXIT_REFUSED = 1,       /* the project, document or request is wrong */
    COG_EXIT_USAGE = 2,         /* the command line is wrong */
    COG_EXIT_MACHINE = 3,       /* memory, disk, network or engine failed */
    COG_EXIT_NO_INPUT = 4,      /* nothing on stdin: the program before has spoken */
    COG_EXIT_INTERRUPTED = 130, /* SIGINT or SIGTERM, after cleaning up */
};

#endif
