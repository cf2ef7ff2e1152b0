/* manifest.c - fuzzes the readers of manifests and locks; the first byte says which. */
#include "manifest/manifest.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char pyproject[] = "[project]\n"
                                "dependencies = ['a', 'b[x]>=1; os_name == \"nt\"']\n"
                                "[tool.poetry.dependencies]\n"
                                "c = '^1'\n";

static void read_lock(char kind, const struct cog_manifest *lock)
{
    struct cog_toml toml;
    struct cog_manifest manifest = *lock;

    if (cog_toml_load(&toml, pyproject, strlen(pyproject), "pyproject.toml", lock->diags) <
        0)
        return;
    manifest.file = "pyproject.toml";
    manifest.toml = &toml;
    manifest.locked = true;
    (void)cog_pyproject_read(&manifest);
    if (kind == 'u')
        (void)cog_uv_lock_read(lock, true);
    else if (kind == 'v')
        (void)cog_uv_lock_read(lock, false);
    else if (kind == 'l')
        (void)cog_pylock_read(lock);
    else if (kind == 'p')
        (void)cog_poetry_lock_read(lock);
    else if (kind == 'd')
        (void)cog_pdm_lock_read(lock);
    cog_toml_release(&toml);
}

static void read_toml(char kind, struct cog_manifest *m, const char *text)
{
    struct cog_toml toml;

    if (cog_toml_load(&toml, text, strlen(text), m->file, m->diags) < 0)
        return;
    m->toml = &toml;
    if (kind == 'y') {
        cog_pyproject_package(m);
        (void)cog_pyproject_read(m);
    } else if (kind == 'f') {
        (void)cog_pipfile_read(m);
    } else {
        read_lock(kind, m);
    }
    cog_toml_release(&toml);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cog_diags diags;
    json_auto_t *facts =
        json_pack("{s:[], s:[], s:[]}", "requirements", "pip_options", "indexes");
    struct cog_manifest m = {.file = "folder/file", .facts = facts, .diags = &diags};
    int result = 0;

    if (size == 0)
        return 0;
    auto_free char *text = cog_strndup((const char *)bytes + 1, size - 1);
    cog_diags_init(&diags, "fuzz");
    if (bytes[0] == 'i') {
        (void)cog_pipfile_lock_read(&m, text, strlen(text));
    } else if (bytes[0] == 's') {
        auto_free char *block = cog_script_block(text, "file.py", &result, &diags);
    } else {
        read_toml((char)bytes[0], &m, text);
    }
    cog_diags_release(&diags);
    return 0;
}
