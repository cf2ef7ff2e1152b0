/* messages.c - diagnostics of other programs become findings: those of --diagnostics=json,
 * and of programs that know only text, "FILE:LINE:COLUMN: SEVERITY: MESSAGE [CODE]". */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"

enum { MAX_LINE = 1 << 30 };

/* The message ends with what to do about it, behind the last semicolon, if it tells. */
static void add(json_t *findings, const char *severity, const char *rule, struct cog_pos at,
                const char *text)
{
    const char *fix = strchr(text, '\n') ? NULL : strrchr(text, ';');
    auto_free char *what = fix ? cog_strndup(text, (size_t)(fix - text)) : NULL;

    cog_finding_add(findings, severity, rule, at, what ? what : text,
                    fix ? fix + strspn(fix, "; ") : NULL);
}

static void add_object(json_t *findings, const json_t *message)
{
    const char *text = json_string_value(json_object_get(message, "message"));
    const char *code = json_string_value(json_object_get(message, "code"));
    const char *severity = json_string_value(json_object_get(message, "severity"));
    json_int_t line = json_integer_value(json_object_get(message, "line"));
    struct cog_pos at = {.file = json_string_value(json_object_get(message, "file"))};

    if (line > 0 && line <= MAX_LINE)
        at.line = (unsigned)line;
    if (at.file && (!*at.file || *at.file == '<'))
        at.file = NULL;
    if (text && code && *code && severity)
        add(findings, severity, code, at, text);
}

/* Splits "predict.py:7:23" into the file and the line; a program is no file. */
static struct cog_pos place_of(char *text)
{
    struct cog_pos at = {.file = text};
    char *colon = strchr(text, ':');
    unsigned long line = colon ? strtoul(colon + 1, NULL, 10) : 0;

    if (colon)
        *colon = '\0';
    if (line <= MAX_LINE)
        at.line = (unsigned)line;
    if (!colon && (strncmp(text, "cog-", 4) == 0 || strcmp(text, "cog.schema") == 0))
        at.file = NULL;
    return at;
}

static void add_line(json_t *findings, char *line)
{
    static const char *const severities[] = {"error", "warning"};

    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        auto_free char *mark = cog_printf(": %s: ", severities[i]);
        char *text = strstr(line, mark);
        char *code = text ? strrchr(text, '[') : NULL;
        size_t length = code ? strcspn(code + 1, "]") : 0;
        if (length == 0 || strcmp(code + 1 + length, "]") != 0 || code[-1] != ' ')
            continue;
        *text = code[-1] = code[1 + length] = '\0';
        add(findings, severities[i], code + 1, place_of(line), text + strlen(mark));
        return;
    }
}

void cog_findings_messages(json_t *findings, const char *text)
{
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        auto_free char *line = cog_strndup(text, (size_t)(end - text));
        json_auto_t *message = json_loads(line, 0, NULL);
        if (message)
            add_object(findings, message);
        else
            add_line(findings, line);
    }
}
