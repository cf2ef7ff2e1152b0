/* unnamed.c - what an engine asks for that the build does not name. */
#include <string.h>

#include "session/service.h"

enum {
    MAX_REPORTED = 10, /* warnings; an engine may ask as often as it likes */
    MAX_NAME = 100,    /* bytes of a name in one */
};

bool cog_session_is_named(const json_t *names, const char *id)
{
    const json_t *item;
    size_t index;

    json_array_foreach(names, index, item) {
        const char *name = json_string_value(json_object_get(item, "id"));
        size_t length = name ? strlen(name) : 0;
        if (length > 0 && strncmp(name, id, length) == 0 &&
            (!id[length] || id[length] == '.'))
            return true;
    }
    return false;
}

void cog_session_report_unnamed(struct cog_session *session, const char *what,
                                const char *name)
{
    if (session->diags && session->reported++ < MAX_REPORTED)
        cog_report(session->diags, COG_WARNING, (struct cog_pos){0}, "session.unnamed",
                   "the engine asked for the %s \"%.*s\", which this build does not name; "
                   "it was refused",
                   what, MAX_NAME, name);
}
