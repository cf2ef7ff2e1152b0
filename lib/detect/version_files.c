/* version_files.c - the files of lines that ask for a version of Python: .python-version
 * (pyenv, uv), .tool-versions (asdf, mise), runtime.txt (Heroku). */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "detect/version_request.h"

static const char blanks[] = " \t\r";

/* A file that is read line by line. */
struct lines {
    const char *rest;
    unsigned number; /* of the line */
    unsigned blank;  /* how many blanks it begins with */
    char *text;      /* without its comment and the blanks around; owned */
};

/* Goes to the next line that says something. */
static bool next_line(struct lines *l)
{
    while (*l->rest) {
        const char *line = l->rest;
        size_t length = strcspn(line, "\n"), size = strcspn(line, "#\n");
        size_t before = strspn(line, blanks);
        l->rest += length + (line[length] == '\n');
        l->number++;
        while (size > before && strchr(blanks, line[size - 1]))
            size--;
        if (size <= before)
            continue;
        free(l->text);
        l->text = cog_strndup(line + before, size - before);
        l->blank = (unsigned)before;
        return true;
    }
    return false;
}

static const char *after_mark(const char *text)
{
    return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

static void ignore_rest(const struct cog_scan *scan, struct cog_pos at)
{
    cog_report(scan->diags, COG_WARNING, at, "python.ignored",
               "an image has one Python: only the first version counts");
}

/* Asks for the first of the words of `text`; a range may consist of several. */
static int add_first(const struct cog_scan *scan, const char *text, struct cog_pos at)
{
    size_t length = strcspn(text, blanks);
    bool range = strchr("<>=!~", *text) != NULL;
    auto_free char *first = cog_strndup(text, length);

    if (text[length] && !range)
        ignore_rest(scan, at);
    return cog_version_request_version(scan, range ? text : first, at);
}

int cog_version_request_version_file(const struct cog_scan *scan)
{
    auto_free char *text = cog_scan_read(scan, ".python-version");
    struct lines lines = {.rest = text ? after_mark(text) : ""};
    struct cog_pos at = {.file = ".python-version"};
    int result = 0;

    if (next_line(&lines)) {
        at.line = lines.number;
        result = add_first(scan, lines.text, at);
    }
    if (next_line(&lines)) {
        at.line = lines.number;
        ignore_rest(scan, at);
    }
    free(lines.text);
    return result;
}

/* Lines of a tool and its versions; only the first line for Python counts. */
int cog_version_request_tool_versions(const struct cog_scan *scan)
{
    auto_free char *text = cog_scan_read(scan, ".tool-versions");
    struct lines lines = {.rest = text ? after_mark(text) : ""};
    int result = 0;
    bool found = false;

    while (!found && next_line(&lines)) {
        size_t tool = strcspn(lines.text, blanks);
        found = tool == strlen("python") && strncmp(lines.text, "python", tool) == 0;
        if (!found)
            continue;
        tool += strspn(lines.text + tool, blanks);
        struct cog_pos at = {".tool-versions", lines.number,
                             lines.blank + (unsigned)tool + 1};
        result = add_first(scan, lines.text + tool, at);
    }
    free(lines.text);
    return result;
}

int cog_version_request_runtime(const struct cog_scan *scan)
{
    auto_free char *text = cog_scan_read(scan, "runtime.txt");
    struct lines lines = {.rest = text ? after_mark(text) : ""};
    int result = 0;

    if (next_line(&lines)) {
        struct cog_pos at = {.file = "runtime.txt", .line = lines.number};
        cog_report(scan->diags, COG_WARNING, at, "python.deprecated",
                   "runtime.txt is deprecated; put the version into .python-version");
        result = add_first(scan, lines.text, at);
    }
    free(lines.text);
    return result;
}
