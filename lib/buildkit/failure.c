/* failure.c - a failed build, told at the place that asked for the step that failed. */
#include "buildkit/failure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/doc.h"
#include "base/text.h"
#include "http/refusal.h"
#include "versions/remedy.h"

enum {
    QUOTED_LINES = 10, /* lines of output that a message quotes */
};

static const char exit_code_text[] = "exit code: ",
                  unknown_text[] = "unknown API capability ";

/* Whether a step ended because another one failed: it was told to, or git was. */
static bool was_cancelled(const char *error)
{
    return cog_text_ends(error, "context canceled") ||
           cog_text_ends(error, "signal: terminated") ||
           cog_text_ends(error, "signal: killed");
}

/* The step to blame. */
static const struct cog_step *find_failed(const struct cog_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const char *error = steps->items[i].error;
        if (error && !was_cancelled(error))
            return &steps->items[i];
    }
    return NULL;
}

/* Go's gRPC client wraps a status into a text, at times more than once. */
static const char *unwrapped(const char *message)
{
    static const char wrap[] = "rpc error: code = ", desc[] = " desc = ";
    const char *found;

    while (strncmp(message, wrap, sizeof wrap - 1) == 0 && (found = strstr(message, desc)))
        message = found + sizeof desc - 1;
    return message;
}

/* Names are compared as package indexes do: case, and which of "-_." is used, do not count.
 */
static int folded(char c)
{
    return strchr("_.", c) && c ? '-' : tolower((unsigned char)c);
}

static bool part_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static bool has_word(const char *line, const char *word, size_t length)
{
    for (const char *at = line; *at; at++) {
        size_t same = 0;
        while (same < length && at[same] && folded(at[same]) == folded(word[same]))
            same++;
        if (same == length && !part_of_name(at[length]) &&
            (at == line || !part_of_name(at[-1])))
            return true;
    }
    return false;
}

/* Whether the line speaks of the package, say "pillow==10.4.0". */
static bool mentions(const char *line, const char *subject)
{
    size_t length = 0;

    while (part_of_name(subject[length]) ||
           (subject[length] == '.' && part_of_name(subject[length + 1])))
        length++;
    return length > 0 && has_word(line, subject, length);
}

/* The reason for the step that its latest line speaks of: what failed is said last. NULL:
 * the document gives none. */
static const json_t *find_reason(const struct cog_step *step, const json_t *vertices)
{
    const json_t *why = json_object_get(json_object_get(vertices, step->digest), "why");
    const json_t *reason;
    const char *line;
    size_t index;

    for (size_t i = 0; (line = cog_step_line(step, i)); i++) {
        json_array_foreach(why, index, reason) {
            const char *subject = json_string_value(json_object_get(reason, "subject"));
            if (subject && mentions(line, subject))
                return reason;
        }
    }
    return json_array_get(why, 0);
}

/* Tells what to add to cog.yaml for what the last lines say is missing. */
static void report_remedy(const struct cog_step *step, struct cog_pos at,
                          struct cog_diags *diags)
{
    auto_free char *remedy = NULL;
    const char *line;

    for (size_t i = 0; !remedy && (line = cog_step_line(step, i)); i++)
        remedy = cog_remedy(line);
    if (remedy)
        cog_report(diags, COG_ERROR, at, "build.lacks", "%s", remedy);
}

/* Adds the last lines of the step's output to the diagnostic. */
static int quote_output(const struct cog_step *step, struct cog_diags *diags)
{
    auto_free char *text = NULL;
    size_t size, count = 0;
    FILE *stream = cog_text_open(&text, &size);
    while (count < QUOTED_LINES && cog_step_line(step, count))
        count++;
    for (size_t i = count; i-- > 0;)
        (void)fprintf(stream, "%s\n", cog_step_line(step, i));
    cog_text_close(stream, &text);
    if (count > 0)
        cog_diags_quote(diags, text);
    return -1;
}

/* Where "exit code: N" stands in `text`, the last time: commands may contain it, too. */
static const char *find_exit_code(const char *text)
{
    const char *found = NULL;

    while ((text = strstr(text, exit_code_text)))
        found = text++;
    return found;
}

/* The code of an error that is the user's; NULL: it is the machine's, as where the engine
 * has removed a snapshot of an image of that name while it made the next one. */
static const char *fault_code(const char *error)
{
    static const struct {
        const char *text, *code;
    } faults[] = {
        {"failed to prepare extraction snapshot", NULL},
        {"not found", "build.missing"},
        {"no such file or directory", "build.missing"},
        {"digest mismatch", "build.checksum"},
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strstr(error, faults[i].text))
            return faults[i].code;
    return NULL;
}

static int report_step(const struct cog_step *step, const char *message,
                       const json_t *vertices, struct cog_diags *diags)
{
    const char *error = unwrapped(step->error), *code = find_exit_code(error);
    const json_t *reason = find_reason(step, vertices);
    const char *text = json_string_value(json_object_get(reason, "at"));
    auto_free char *file = NULL;
    struct cog_pos at = text ? cog_pos_parse(text, &file) : (struct cog_pos){0};

    if (!code)
        code = find_exit_code(message);
    if (code) {
        size_t length = sizeof exit_code_text - 1;
        length += strspn(code + length, "0123456789");
        cog_report(diags, COG_ERROR, at, "build.step", "the step \"%s\" failed with %.*s",
                   step->name, (int)length, code);
        (void)quote_output(step, diags);
        report_remedy(step, at, diags);
        return -1;
    }
    const char *fault = fault_code(error);
    cog_report(diags, fault ? COG_ERROR : COG_FAILURE, at, fault ? fault : "engine.build",
               "the step \"%s\" failed: %s", step->name, error);
    return quote_output(step, diags);
}

/* Whether a full disk is what the text tells of, in the kernel's words or Go's. */
static bool mentions_full_disk(const char *text)
{
    return strstr(text, "No space left on device") ||
           strstr(text, "no space left on device");
}

/* A full disk is nobody's fault in the project. */
static void report_full_disk(const struct cog_step *step, const char *message,
                             struct cog_diags *diags)
{
    bool full = mentions_full_disk(message) || (step && mentions_full_disk(step->error));
    const char *line;

    for (size_t i = 0; step && !full && (line = cog_step_line(step, i)); i++)
        full = mentions_full_disk(line);
    if (full)
        cog_report(diags, COG_FAILURE, (struct cog_pos){0}, "engine.disk",
                   "no space is left on the engine's disk, or on a file system of the "
                   "step; \"docker system df\" tells what takes it, \"docker system "
                   "prune\" frees some");
}

int cog_failure_report(const struct cog_steps *steps, const struct cog_status *status,
                       const json_t *vertices, struct cog_diags *diags)
{
    static const struct cog_pos nowhere = {0};
    const struct cog_step *step = find_failed(steps);
    const char *message = unwrapped(status->message);

    report_full_disk(step, message, diags);
    if (step)
        return report_step(step, message, vertices, diags);
    const char *unknown = strstr(message, unknown_text);
    if (unknown)
        return cog_report(diags, COG_FAILURE, nowhere, "engine.capability",
                          "the engine's BuildKit is too old for this build: it lacks the "
                          "capability \"%s\"; cog-llb --engine tells what needs it",
                          unknown + sizeof unknown_text - 1);
    return cog_report(diags, COG_FAILURE, nowhere, "engine.build", "the build failed: %s",
                      message);
}

/* The user of the credentials for a host; NULL: there are none. */
static const char *user_for(const struct cog_session *session, const char *host)
{
    const char *name = strcmp(host, "docker.io") == 0 ? "registry-1.docker.io" : host;

    for (size_t i = 0; i < session->credential_count; i++)
        if (strcmp(session->credentials[i].host, name) == 0)
            return session->credentials[i].user;
    return NULL;
}

int cog_failure_report_push(const struct cog_steps *steps, const struct cog_status *status,
                            const struct cog_session *session, struct cog_diags *diags)
{
    static const char failed[] = "failed to push ";
    const struct cog_step *step = find_failed(steps);
    const char *name = strstr(step ? step->error : status->message, failed);

    if (!name)
        return 0;
    name += sizeof failed - 1;
    const char *end = strstr(name, ": ");
    if (!end)
        return 0;
    auto_free char *image = cog_strndup(name, (size_t)(end - name));
    auto_free char *host = cog_strndup(image, strcspn(image, "/"));
    const struct cog_refusal refusal = {
        .host = host, .name = image, .user = user_for(session, host), .reason = end + 2};
    return cog_refusal_report(&refusal, diags);
}
