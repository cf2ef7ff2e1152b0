/* owner.c - removes what killed programs have left on an engine. */
#include "docker/owner.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "http/url.h"

enum {
    MAX_STAT = 4096,
    FIELDS_TO_START = 20, /* of /proc/PID/stat, from behind the name to the start time */
};

const char cog_owner_label[] = "run.cog.owner";

/* A small file's first line; the caller frees it. NULL: there is none. */
static char *first_line(const char *path)
{
    char text[MAX_STAT];
    auto_fclose FILE *file = fopen(path, "re");

    if (!file || !fgets(text, sizeof text, file))
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return cog_strdup(text);
}

/* When the process began, in clock ticks since the boot, as text; NULL: it is gone. */
static char *start_time(const char *id)
{
    auto_free char *path = cog_printf("/proc/%s/stat", id);
    auto_free char *line = first_line(path);
    const char *field = line ? strrchr(line, ')') : NULL; /* a name may hold anything */

    for (int i = 0; field && i < FIELDS_TO_START; i++) {
        field = strchr(field, ' ');
        field += field != NULL;
    }
    return field ? cog_strndup(field, strcspn(field, " ")) : NULL;
}

/* What a process's name begins with on this boot and in this namespace; NULL: unknown. */
static char *place(void)
{
    auto_free char *boot = first_line("/proc/sys/kernel/random/boot_id");
    char space[64];
    ssize_t length = readlink("/proc/self/ns/pid", space, sizeof space - 1);

    if (!boot || length <= 0)
        return NULL;
    space[length] = '\0';
    return cog_printf("%s/%s/", boot, space);
}

char *cog_owner_name(void)
{
    auto_free char *here = place();
    auto_free char *id = cog_printf("%ld", (long)getpid());
    auto_free char *start = start_time(id);

    return here && start ? cog_printf("%s%s/%s", here, id, start) : NULL;
}

bool cog_owner_is_gone(const char *name)
{
    auto_free char *here = place();
    size_t length = here ? strlen(here) : 0;

    if (!here || strncmp(name, here, length) != 0)
        return false;
    size_t digits = strspn(name + length, "0123456789");
    if (digits == 0 || name[length + digits] != '/')
        return false;
    auto_free char *id = cog_strndup(name + length, digits);
    auto_free char *start = start_time(id);
    return !start || strcmp(start, name + length + digits + 1) != 0;
}

static void remove_left(const struct cog_engine *engine, const char *id,
                        struct cog_diags *diags)
{
    auto_free char *path = cog_printf("/containers/%s?force=1&v=1", id);
    struct cog_engine_answer answer;

    if (cog_engine_call(engine, "DELETE", path, NULL, &answer, diags) == COG_HTTP_OK &&
        answer.status == 204)
        cog_report(diags, COG_WARNING, (struct cog_pos){0}, "engine.leftover",
                   "removed the container %.12s, whose program was killed", id);
    cog_engine_answer_release(&answer);
}

void cog_owner_sweep(const struct cog_engine *engine, struct cog_diags *diags)
{
    auto_free char *filter = cog_printf("{\"label\":[\"%s\"]}", cog_owner_label);
    auto_free char *escaped = cog_http_escape(filter);
    auto_free char *path = cog_printf("/containers/json?all=1&filters=%s", escaped);
    struct cog_engine_answer answer;
    size_t index;
    json_t *container;

    (void)cog_engine_call(engine, "GET", path, NULL, &answer, diags);
    json_array_foreach(answer.body, index, container) {
        const json_t *labels = json_object_get(container, "Labels");
        const char *owner = json_string_value(json_object_get(labels, cog_owner_label));
        const char *id = json_string_value(json_object_get(container, "Id"));
        if (owner && id && cog_owner_is_gone(owner))
            remove_left(engine, id, diags);
    }
    cog_engine_answer_release(&answer);
}
