/* wheel.c - the parts of a wheel's file name. */
#include "pep/wheel.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"

bool cog_is_wheel(const char *path)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t length = strlen(file);

    return length > 4 && strcmp(file + length - 4, ".whl") == 0;
}

char *cog_wheel_requirement(const char *file)
{
    size_t dashes = 0;

    for (const char *c = file; *c; c++)
        dashes += *c == '-';
    if (!cog_is_wheel(file) || dashes < 4 || dashes > 5)
        return NULL;
    size_t name = strcspn(file, "-"), version = strcspn(file + name + 1, "-");
    for (size_t i = 0; i < name; i++)
        if (!isalnum((unsigned char)file[i]) && file[i] != '.' && file[i] != '_')
            return NULL;
    if (!name || !isalnum((unsigned char)file[0]) ||
        !isalnum((unsigned char)file[name - 1]))
        return NULL;
    const char *build = file + name + 1 + version + 1, *twice = strstr(file, "__");
    if ((twice && twice < file + name) || (dashes == 5 && !isdigit((unsigned char)*build)))
        return NULL;
    return cog_printf("%.*s==%.*s", (int)name, file, (int)version, file + name + 1);
}
