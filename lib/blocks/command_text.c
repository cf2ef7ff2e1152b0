/* command_text.c - what commands of build.run that were written for Cog's images become. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"
#include "shell/shell.h"

/* Where Python's packages are in Cog's images. */
static const char *const folders[] = {"/usr/local/lib/python3.", "/usr/lib/python3.",
                                      "/root/.pyenv/versions/"};

static size_t version_length(const char *text)
{
    return strspn(text, "0123456789.");
}

/* The length of the path of the folder of packages at `at`; 0: there is none. */
static size_t packages_length(const char *at)
{
    static const char lib[] = "/lib/python3.", site[] = "/site-packages",
                      dist[] = "/dist-packages";

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (strncmp(at, folders[i], length) != 0)
            continue;
        length += version_length(at + length);
        if (strstr(folders[i], "pyenv")) {
            if (strncmp(at + length, lib, sizeof lib - 1) != 0)
                return 0;
            length += sizeof lib - 1;
            length += version_length(at + length);
        }
        if (strncmp(at + length, site, sizeof site - 1) == 0 ||
            strncmp(at + length, dist, sizeof dist - 1) == 0)
            return length + sizeof site - 1;
    }
    return 0;
}

/* The text with the folder of /venv for those of other Pythons, which the caller frees;
 * NULL: it names none. */
static char *with_packages(const char *text, const char *python)
{
    const char *dot = strchr(python, '.');
    size_t size, length = dot ? (size_t)(dot + 1 - python) + strcspn(dot + 1, ".") : 0;
    char *result;
    bool found = false;
    FILE *out = cog_text_open(&result, &size);

    while (*text) {
        size_t path = packages_length(text);
        if (path)
            (void)fprintf(out, "/venv/lib/python%.*s/site-packages", (int)length, python);
        else
            (void)fputc(*text, out);
        found |= path != 0;
        text += path ? path : 1;
    }
    cog_text_close(out, &result);
    if (found)
        return result;
    free(result);
    return NULL;
}

char *cog_block_command_text(const struct cog_command *command, const char *python,
                             struct cog_diags *diags)
{
    auto_free char *without = cog_shell_without_sudo(command->command);
    const char *text = without ? without : command->command;
    char *moved = python ? with_packages(text, python) : NULL;

    if (without)
        cog_report(diags, COG_WARNING, command->at, "plan.sudo",
                   "sudo is left out: the commands of a build are root's; remove it");
    if (moved)
        cog_report(
            diags, COG_WARNING, command->at, "plan.site-packages",
            "Python's packages are in /venv here, and the command is changed to look "
            "there; write $VIRTUAL_ENV/lib/python3.*/site-packages");
    return moved ? moved : cog_strdup(text);
}
