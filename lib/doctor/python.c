/* python.c - imports of names that are elsewhere in cog by now. */
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"
#include "doctor/lines.h"

static const char *const modules[] = {"base_predictor", "server.exceptions",
                                      "server.scope"};

/* The names that cog itself has. */
static const char *const names[] = {"BasePredictor", "BaseRunner", "CancelationException",
                                    "Input",         "Scope",      "current_scope"};

static bool is_word(const char *text, size_t length, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncmp(text, list[i], length) == 0)
            return true;
    return false;
}

/* Whether all that is imported is cog's own. Renaming, brackets and comments are left to
 * people. */
static bool can_move(const char *list)
{
    while (*list) {
        size_t length = strcspn(list, " ,");
        if (!is_word(list, length, names, sizeof names / sizeof *names))
            return false;
        list += length;
        list += strspn(list, " ,");
    }
    return true;
}

static void check_line(json_t *findings, const char *file, const char *line, size_t number)
{
    static const char start[] = "from cog.";
    size_t indent = strspn(line, " \t");
    const char *module = line + indent + strlen(start), *list;

    if (strncmp(line + indent, start, strlen(start)) != 0)
        return;
    size_t length = strcspn(module, " ");
    list = module + length;
    if (strncmp(list, " import ", 8) != 0)
        return;
    list += 8;
    bool types =
        length == 5 && strncmp(module, "types", 5) == 0 && strcmp(list, "Input") == 0;
    if (!types && !is_word(module, length, modules, sizeof modules / sizeof *modules))
        return;
    auto_free char *message =
        cog_printf("what cog.%.*s had is in cog", (int)length, module);
    auto_free char *edited = cog_printf("%.*sfrom cog import %s", (int)indent, line, list);
    json_t *finding = cog_finding_add(
        findings, "warning", "python.deprecated-import",
        (struct cog_pos){.file = file, .line = (unsigned)number}, message, edited + indent);
    if (can_move(list))
        cog_finding_edit(finding, file, number, edited);
}

/* Of an output's class cog's own BaseModel asks for no package. What only pydantic has is
 * left to people. */
static void check_pydantic(json_t *findings, const char *file,
                           const struct cog_doctor_lines *lines)
{
    static const char import[] = "from pydantic import BaseModel";
    static const char *const others[] = {"pydantic.",  "Field(",      "validator",
                                         ".model_",    ".dict(",      ".json(",
                                         "ConfigDict", "class Config"};
    size_t number = 0;
    bool plain = true;

    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->items[i], import) == 0)
            number = i + 1;
        else
            for (size_t j = 0; j < sizeof others / sizeof *others; j++)
                plain = plain && !strstr(lines->items[i], others[j]);
    }
    if (!number || !plain)
        return;
    json_t *finding =
        cog_finding_add(findings, "note", "python.pydantic-model",
                        (struct cog_pos){.file = file, .line = (unsigned)number},
                        "cog has a BaseModel of its own, which asks for no pydantic",
                        "from cog import BaseModel");
    cog_finding_edit(finding, file, number, "from cog import BaseModel");
}

/* Whether the file is the one that has the predictor. */
static bool is_model(const struct cog_checkup *checkup, const char *file)
{
    const char *reference = checkup->project->config.predict;
    size_t length = strlen(file);

    return reference && strncmp(reference, file, length) == 0 && reference[length] == ':';
}

void cog_check_python(struct cog_checkup *checkup, const char *file)
{
    struct cog_doctor_lines lines;

    if (!cog_doctor_lines_read(&lines, checkup->root, file))
        return;
    for (size_t i = 0; i < lines.count; i++) {
        check_line(checkup->findings, file, lines.items[i], i + 1);
        cog_check_use(checkup, lines.items[i]);
    }
    if (is_model(checkup, file))
        check_pydantic(checkup->findings, file, &lines);
    cog_doctor_lines_release(&lines);
}
