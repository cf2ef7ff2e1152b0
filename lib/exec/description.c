/* description.c - describes the container to the engine. */
#include "docker/description.h"

#include "exec/foreground.h"
#include "exec/terminal.h"

json_t *cog_foreground_describe(const struct cog_foreground *f, bool tty)
{
    json_t *body = cog_container_describe(&f->wanted), *ports = json_object();
    json_t *host = json_object_get(body, "HostConfig"), *bindings;
    const char *port;

    if (json_array_size(f->command))
        json_object_set(body, "Cmd", f->command);
    if (f->workdir)
        json_object_set_new(body, "WorkingDir", json_string(f->workdir));
    json_object_set_new(body, "Tty", json_boolean(tty));
    json_object_set_new(body, "OpenStdin", json_boolean(f->interactive));
    json_object_set_new(body, "StdinOnce", json_boolean(f->interactive));
    json_object_set_new(body, "AttachStdin", json_boolean(f->interactive));
    json_object_foreach(f->ports, port, bindings) {
        json_object_set_new(ports, port, json_object());
    }
    json_object_set_new(body, "ExposedPorts", ports);
    if (!f->forwards)
        json_object_set(host, "PortBindings", f->ports);
    if (tty) {
        unsigned rows, columns;
        cog_terminal_size(&rows, &columns);
        json_object_set_new(host, "ConsoleSize", json_pack("[i, i]", rows, columns));
    }
    return body;
}
