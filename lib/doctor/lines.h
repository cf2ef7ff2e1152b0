/* lines.h - a small text file as its lines. */
#ifndef COG_DOCTOR_LINES_H
#define COG_DOCTOR_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* `lines` are without their ends; `items[i]` is line i + 1. */
struct cog_doctor_lines {
    char *text;
    char **items;
    size_t count;
    bool windows; /* they end with "\r\n" */
};

/* Reads the file below the folder `root`. False when it is not there or cannot be read; the
 * struct is then empty. */
bool cog_doctor_lines_read(struct cog_doctor_lines *lines, const char *root,
                           const char *file);
void cog_doctor_lines_release(struct cog_doctor_lines *lines);

#endif
