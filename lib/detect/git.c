/* git.c - the commit that is checked out, read from .git without running git. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/detect.h"

static bool is_commit(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdef");
    return (digits == 40 || digits == 64) && text[digits] == '\0';
}

static void trim(char *text)
{
    text[strcspn(text, "\r\n")] = '\0';
}

/* Looks `ref` up in packed-refs ("COMMIT REF" a line); the caller frees the commit, NULL
 * when absent. */
static char *packed(const struct cog_scan *scan, const char *ref)
{
    auto_free char *text = cog_scan_read(scan, ".git/packed-refs");

    for (const char *line = text; line && *line;) {
        size_t length = strcspn(line, "\n"), commit = strcspn(line, " \n");
        if (commit < length && strlen(ref) == length - commit - 1 &&
            strncmp(line + commit + 1, ref, length - commit - 1) == 0)
            return cog_strndup(line, commit);
        line += length + (line[length] == '\n');
    }
    return NULL;
}

static char *resolve(const struct cog_scan *scan, const char *ref)
{
    auto_free char *path = cog_printf(".git/%s", ref);
    char *commit = strstr(ref, "..") ? NULL : cog_scan_read(scan, path);

    return commit ? commit : packed(scan, ref);
}

int cog_detect_git(const struct cog_scan *scan)
{
    auto_free char *head = cog_scan_read(scan, ".git/HEAD");

    if (!head)
        return 0;
    trim(head);
    auto_free char *commit =
        strncmp(head, "ref: ", 5) == 0 ? resolve(scan, head + 5) : cog_strdup(head);
    if (commit)
        trim(commit);
    if (commit && is_commit(commit))
        json_object_set_new(scan->facts, "git", json_pack("{s:s}", "revision", commit));
    return 0;
}
