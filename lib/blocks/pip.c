/* pip.c - the block that installs the project's requirements into /venv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "blocks/blocks.h"

static bool pip_detect(const struct cog_project *project)
{
    return project->package_count > 0;
}

/* cog brings its own package; the one of the index would bring a server of its own. */
static bool managed(const char *name)
{
    return strcmp(name, "cog") == 0 || strcmp(name, "coglet") == 0;
}

static void print_package(FILE *out, const struct cog_package *package)
{
    const json_t *hash;
    size_t index;

    (void)fputs(package->text, out);
    json_array_foreach(package->hashes, index, hash) {
        (void)fprintf(out, " --hash=%s", json_string_value(hash));
    }
    (void)fputc('\n', out);
}

/* The text of the requirements or of the constraints file; the caller frees it. "" when it
 * has no package. */
static char *file_text(const struct cog_project *project, bool constraints)
{
    char *text;
    size_t size, count = 0;
    FILE *out = cog_text_open(&text, &size);
    for (size_t i = 0; !constraints && i < project->pip_option_count; i++)
        (void)fprintf(out, "%s\n", project->pip_options[i].text);
    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (package->constraint != constraints || managed(package->name))
            continue;
        print_package(out, package);
        count++;
    }
    cog_text_close(out, &text);
    if (!count)
        *text = '\0';
    return text;
}

static json_t *why_of(const struct cog_project *project, struct cog_diags *diags)
{
    json_t *why = json_array();

    for (size_t i = 0; i < project->package_count; i++) {
        const struct cog_package *package = &project->packages[i];
        if (managed(package->name))
            cog_report(diags, COG_WARNING, package->at, "plan.managed",
                       "%s is left out: cog installs its own; remove the line",
                       package->name);
        else
            cog_why_add(why, "python.requirements", package->at, package->text);
    }
    return why;
}

/* A file in which some requirements have hashes and some have none is refused by pip, late
 * and obscurely. */
static int check_hashes(const struct cog_project *project, struct cog_diags *diags)
{
    const struct cog_package *bare = NULL;
    bool hashed = false;

    for (size_t i = 0; i < project->package_count; i++) {
        if (json_array_size(project->packages[i].hashes))
            hashed = true;
        else if (!bare && !project->packages[i].constraint)
            bare = &project->packages[i];
    }
    if (!hashed || !bare)
        return 0;
    return cog_report(diags, COG_ERROR, bare->at, "plan.hashes",
                      "%s has no --hash, but other requirements do; pip wants all or none",
                      bare->name);
}

static int pip_plan(const struct cog_project *project, struct cog_composer *composer,
                    struct cog_diags *diags)
{
    static const char *const install[] = {"/venv/bin/python",
                                          "-m",
                                          "pip",
                                          "install",
                                          "--disable-pip-version-check",
                                          "--progress-bar=off",
                                          "--root-user-action=ignore",
                                          "--requirement=/mnt/generated/requirements.txt",
                                          NULL};
    auto_free char *requirements = file_text(project, false);
    auto_free char *constraints = file_text(project, true);
    json_auto_t *why = why_of(project, diags);

    if (check_hashes(project, diags) < 0)
        return -1;
    if (!*requirements)
        return 0;
    cog_context_file(composer, "generated", "requirements.txt", requirements);
    struct cog_stage *stage = cog_stage_add(composer, COG_PHASE_APP_DEPS, "pip");
    cog_block_environment(project, stage);
    json_t *exec = cog_stage_exec(stage, json_incref(why), install);
    if (*constraints) {
        cog_context_file(composer, "generated", "constraints.txt", constraints);
        cog_exec_arg(exec, "--constraint=/mnt/generated/constraints.txt");
    }
    cog_exec_bind_take(exec, cog_input_local("generated"), "/mnt/generated");
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip");
    cog_exec_network(composer, exec);
    return 0;
}

const struct cog_block cog_block_pip = {"pip", pip_detect, pip_plan};
