/* migration.c - edits that make a runner of a predictor, as Cog calls a model today: the
 * class BasePredictor is BaseRunner, the method predict() is run(), predict.py is run.py.
 *
 * Lines are edited only where their text alone tells what they mean; a model for which it
 * does not stays as it is, and works all the same. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "doctor/doctor.h"
#include "doctor/lines.h"

static const char old_file[] = "predict.py", new_file[] = "run.py";

static bool is_word_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where `word` stands in `text` as a word of its own; NULL: nowhere. */
static const char *find_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    bool begins = is_word_part(*word), ends = is_word_part(word[length - 1]);

    for (const char *at = text; (at = strstr(at, word)); at++)
        if ((!begins || at == text || !is_word_part(at[-1])) &&
            (!ends || !is_word_part(at[length])))
            return at;
    return NULL;
}

char *cog_word_replace(char *text, const char *word, const char *with)
{
    for (const char *at; (at = find_word(text, word));) {
        auto_free char *before = text;
        text = cog_printf("%.*s%s%s", (int)(at - before), before, with, at + strlen(word));
    }
    return text;
}

/* The lines of the top-level class `name`, from its first to before `*end`. */
static bool find_class(const struct cog_doctor_lines *lines, const char *name,
                       size_t *begin, size_t *end)
{
    auto_free char *start = cog_printf("class %s", name);

    for (*begin = 0; *begin < lines->count; ++*begin)
        if (find_word(lines->items[*begin], start) == lines->items[*begin])
            break;
    for (*end = *begin + 1; *end < lines->count; ++*end)
        if (lines->items[*end][0] && !strchr(" \t#)", lines->items[*end][0]))
            break;
    return *begin < lines->count;
}

/* Whether the class has one method predict(), and nothing that says more of it: outside of
 * it, what has another predict() cannot be told from the model. */
static bool is_plain(const struct cog_doctor_lines *lines, size_t begin, size_t end)
{
    size_t methods = 0;

    for (size_t i = begin; i < end; i++) {
        const char *line = lines->items[i];
        methods += find_word(line, "def predict(") != NULL;
        if (find_word(line, "def run(") || find_word(line, "super().predict"))
            return false;
    }
    for (size_t i = 0; i < lines->count; i++)
        if (find_word(lines->items[i], "BaseRunner") ||
            ((i < begin || i >= end) && strstr(lines->items[i], ".predict(")))
            return false;
    return methods == 1;
}

static char *edit_line(const char *line, bool in_class)
{
    char *text = cog_word_replace(cog_strdup(line), "BasePredictor", "BaseRunner");

    if (strncmp(line, "from cog.base_predictor ", 24) == 0)
        text = cog_word_replace(text, "cog.base_predictor", "cog");
    if (!in_class)
        return text;
    text = cog_word_replace(text, "def predict(", "def run(");
    return cog_word_replace(text, "self.predict(", "self.run(");
}

static void edit_class(json_t *finding, const char *file,
                       const struct cog_doctor_lines *lines, const char *name)
{
    size_t begin, end;

    if (!find_class(lines, name, &begin, &end) || !is_plain(lines, begin, end))
        return;
    for (size_t i = 0; i < lines->count; i++) {
        auto_free char *edited = edit_line(lines->items[i], i >= begin && i < end);
        if (strcmp(edited, lines->items[i]) != 0)
            cog_finding_edit(finding, file, i + 1, edited);
    }
}

bool cog_migrate(json_t *finding, const struct cog_checkup *checkup, const char *reference)
{
    const struct cog_project *project = checkup->project;
    const char *colon = strchr(reference, ':');
    auto_free char *file = cog_strndup(reference, strcspn(reference, ":"));
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    struct cog_doctor_lines lines;

    /* A cog package that is pinned may not know the new names. */
    if (!project || cog_config_value(&project->config, "/build/sdk_version") ||
        checkup->predict_is_used || strcmp(base, old_file) != 0 ||
        !cog_doctor_lines_read(&lines, checkup->root, file))
        return false;
    edit_class(finding, file, &lines, colon ? colon + 1 : "Predictor");
    cog_doctor_lines_release(&lines);
    auto_free char *new = cog_printf("%.*s%s", (int)(base - file), file, new_file);
    cog_finding_rename(finding, file, new);
    return true;
}

void cog_check_use(struct cog_checkup *checkup, const char *line)
{
    bool imports = strncmp(line, "import ", 7) == 0 || strncmp(line, "from ", 5) == 0;

    if (find_word(line, old_file) || (imports && find_word(line, "predict")))
        checkup->predict_is_used = true;
}
