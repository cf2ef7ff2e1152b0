/* banned.h - functions that are compile errors here; included first by the compiler's
 * command line. */
#ifndef COG_BASE_BANNED_H
#define COG_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COG_BANNED(name) sorry_##name##_is_a_banned_function

#undef strcpy
#define strcpy(to, from) COG_BANNED(strcpy)
#undef strcat
#define strcat(to, from) COG_BANNED(strcat)
#undef strncpy
#define strncpy(to, from, size) COG_BANNED(strncpy)
#undef strncat
#define strncat(to, from, size) COG_BANNED(strncat)
#undef sprintf
#define sprintf(...) COG_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) COG_BANNED(vsprintf)
#undef strtok
#define strtok(text, separators) COG_BANNED(strtok)
#undef atoi
#define atoi(text) COG_BANNED(atoi)
#undef system
#define system(command) COG_BANNED(system)
#undef gmtime
#define gmtime(time) COG_BANNED(gmtime)
#undef localtime
#define localtime(time) COG_BANNED(localtime)

#endif
