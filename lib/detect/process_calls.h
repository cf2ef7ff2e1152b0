/* process_calls.h - the programs that a Python file starts, as far as literals tell. */
#ifndef COG_DETECT_PROCESS_CALLS_H
#define COG_DETECT_PROCESS_CALLS_H

#include <jansson.h>

/* What is given to the functions of subprocess, os, shutil.which and asyncio that start
 * programs, in the order of the file: an array of {"line", "value"}; the value is a shell
 * text, or an array of words, null where one is not a literal. A field of a formatted
 * string becomes $_, which is known to no shell. A name stands for the literal that was
 * assigned to it last before. Where the file names a function that
 * compiles when it runs, as torch.compile, there is {"line", "compiler"} with its name.
 * What is not Python gives a list all the same. `module` is the file's name without .py,
 * `wrappers` what is known of the project's functions. A new reference. */
json_t *cog_process_calls(const char *text, const char *module, json_t *wrappers);

/* Adds the functions of the file that give their first parameter to one of those, as
 * "module.function", to the set `wrappers`. */
void cog_process_wrappers(const char *text, const char *module, json_t *wrappers);

#endif
