/* cog-config.c - reads cog.yaml and writes what it says, with the place of every part. */
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "base/exit.h"
#include "cli/program.h"
#include "model/config.h"
#include "yaml/yaml.h"

enum { MAX_YAML_BYTES = 1 << 20 };

struct request {
    const char *path; /* NULL or "-": stdin */
};

static int option(void *state, int letter, const char *value, struct cog_diags *diags)
{
    struct request *request = state;

    (void)letter;
    if (request->path)
        return cog_report(diags, COG_ERROR, (struct cog_pos){0}, "usage.operand",
                          "only one file can be read");
    request->path = value;
    return 0;
}

/* Just the name: a document holds no absolute path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int run(void *state, const struct cog_input *in, struct cog_output *out,
               struct cog_diags *diags)
{
    const struct request *request = state;
    struct cog_yaml yaml;
    bool piped = !request->path || strcmp(request->path, "-") == 0;
    const char *name = piped ? "cog.yaml" : base_name(request->path);
    size_t size;

    (void)in;
    auto_free char *text = piped
                               ? cog_read_all(stdin, name, MAX_YAML_BYTES, &size, diags)
                               : cog_read_file(request->path, MAX_YAML_BYTES, &size, diags);
    if (!text)
        return -1;
    if (piped && size == 0)
        return COG_EXIT_NO_INPUT;
    if (cog_yaml_load(&yaml, text, size, name, diags) < 0)
        return -1;
    json_auto_t *empty = json_object(); /* a file of comments is allowed */
    const json_t *values = json_is_null(yaml.value) ? empty : yaml.value;
    json_auto_t *doc = cog_config_make(values, yaml.positions, yaml.keys, name, diags);
    if (!yaml.flawed)
        out->doc = json_incref(doc);
    cog_yaml_release(&yaml);
    return out->doc ? 0 : -1;
}

int main(int argc, char **argv)
{
    static const struct cog_program program = {
        .name = "cog-config",
        .purpose = "Reads cog.yaml and writes what it says, with the place of every part.",
        .write = "cog/config-1",
        .operands = "[FILE]",
        .option = option,
        .run = run,
    };
    struct request request = {0};
    return cog_main(&program, &request, argc, argv);
}
