#ifndef COG_SCHEMA_SCHEMA_H
#define COG_SCHEMA_SCHEMA_H
struct cog_schema_file {
    const char *name, *text;
};
extern const struct cog_schema_file cog_schema_files[];
#endif
