/* schema-tables.c - compiles schemas/ to the C tables that cog's programs check with.
 *
 * usage: schema-tables FILE.json... >schemas.c
 *
 * Part of the build. A schema that asks for what lib/schema does not support ends it
 * with 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/doc.h"
#include "schema/form.h"
#include "schema/schema.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Every byte but the plain ones in octal, which needs no care for what follows. */
static void print_text(const char *text)
{
    (void)putchar('"');
    for (; *text; text++) {
        if (*text == '\n')
            (void)fputs("\\n\"\n\"", stdout);
        else if (*text < ' ' || *text > '~' || strchr("\"\\?", *text))
            (void)printf("\\%03o", (unsigned)(unsigned char)*text);
        else
            (void)putchar(*text);
    }
    (void)puts("\"");
}

static void print_parts(const char *name, const struct cog_schema_part *parts,
                        uint32_t count)
{
    (void)printf("static const struct cog_schema_part %s[] = {\n", name);
    for (uint32_t i = 0; i < count; i++)
        (void)printf("{%u, %u, %d},\n", parts[i].text, parts[i].node, parts[i].is_string);
    (void)puts("};");
}

static void print_texts(const struct cog_schema *schema)
{
    (void)puts("static const char texts[] =");
    for (uint32_t at = 0; at < schema->text_size;) {
        print_text(schema->texts + at);
        at += (uint32_t)strlen(schema->texts + at) + 1;
        (void)puts("\"\\0\"");
    }
    (void)puts(";");
}

static void print_schema(const struct cog_schema *schema)
{
    (void)puts("static const struct cog_schema_node nodes[] = {");
    for (uint32_t i = 0; i < schema->node_count; i++)
        (void)printf("{%u, %u},\n", schema->nodes[i].first, schema->nodes[i].count);
    (void)puts("};\nstatic const struct cog_schema_rule rules[] = {");
    for (uint32_t i = 0; i < schema->rule_count; i++)
        (void)printf("{%u, %u, %u, %u},\n", schema->rules[i].keyword,
                     schema->rules[i].first, schema->rules[i].count,
                     schema->rules[i].number);
    (void)puts("};");
    print_parts("parts", schema->parts, schema->part_count);
    print_parts("roots", schema->roots, schema->root_count);
    print_texts(schema);
    (void)printf("const struct cog_schema cog_schemas = {nodes, rules, parts, roots, texts,"
                 " %u, %u, %u, %u, %u};\n",
                 schema->node_count, schema->rule_count, schema->part_count,
                 schema->root_count, schema->text_size);
}

/* Reads the files into `schemas`, by name, and prints their texts. */
static int read_files(json_t *schemas, char **paths, struct cog_diags *diags)
{
    (void)puts("const struct cog_schema_file cog_schema_files[] = {");
    for (; *paths; paths++) {
        size_t size;
        auto_free char *text = cog_read_file(*paths, COG_DOC_MAX_BYTES, &size, diags);
        json_t *json = text ? cog_doc_parse(text, size, *paths, diags) : NULL;
        if (!json)
            return -1;
        json_object_set_new(schemas, base_name(*paths), json);
        (void)printf("{\"%s\",\n", base_name(*paths));
        print_text(text);
        (void)puts("},");
    }
    (void)puts("{0}};");
    return 0;
}

int main(int argc, char **argv)
{
    json_auto_t *files = json_object();
    struct cog_schema *schema = NULL;
    struct cog_diags diags;

    (void)argc;
    cog_diags_init(&diags, "schema-tables");
    (void)puts("#include \"schema/form.h\"\n#include \"schema/schema.h\"");
    if (read_files(files, argv + 1, &diags) == 0)
        schema = cog_schema_compile(files, &diags);
    if (schema)
        print_schema(schema);
    cog_schema_free(schema);
    cog_diags_flush(&diags);
    int status = cog_diags_status(&diags);
    cog_diags_release(&diags);
    return fflush(stdout) == 0 ? status : 3;
}
