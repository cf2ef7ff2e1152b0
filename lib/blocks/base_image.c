/* base_image.c - the block that chooses the image to begin with, and sees to it that it has
 * Python. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "blocks/blocks.h"
#include "blocks/network.h"
#include "versions/resolution.h"

/* What an image can be planned for when nobody names a version; the first is the default.
 */
static const char *const pythons[] = {"3.13", "3.14", "3.12", "3.11", "3.10", NULL};

static int base_image_require(const struct cog_project *project,
                              struct cog_constraints *constraints, struct cog_diags *diags)
{
    const struct cog_held *held = &project->resolution->held;

    (void)diags;
    cog_constraints_offer(constraints, "python", "Python", pythons, "plan.python-version",
                          "plan.python-conflict");
    if (held->image)
        cog_constraints_add(constraints,
                            &(struct cog_constraint){.key = "python",
                                                     .version = held->single,
                                                     .specifier = held->specifier,
                                                     .subject = held->image,
                                                     .has = held->pythons,
                                                     .instead = held->instead,
                                                     .rule = "python.version.base-image",
                                                     .firm = true,
                                                     .at = held->at});
    return 0;
}

/* What is planned with. */
struct plan {
    const struct cog_project *project;
    struct cog_composer *composer;
    struct cog_base base;
    struct cog_pos at; /* what made the image be this one */
    bool compiled;     /* it is not the one that things are built in */
    char *smaller;     /* the one that would do if build.run compiled nothing; NULL: it */
};

/* Whether the image is of an older release of Debian, which has a package that cog.yaml
 * names. */
static bool for_package(const struct plan *p)
{
    const struct cog_resolution *resolution = p->project->resolution;

    return resolution->suite_package && p->base.suite &&
           strcmp(p->base.suite, resolution->system.need.suite) == 0;
}

static const char *rule_of(const struct plan *p)
{
    const struct cog_resolution *resolution = p->project->resolution;

    if (p->smaller)
        return "image.base.run-compiles";
    if (p->project->base)
        return "option.base";
    if (resolution->system.subject)
        return "image.base.system-cuda";
    if (resolution->repository.subject)
        return "image.base.cuda-packages";
    if (for_package(p))
        return "image.base.system-package";
    if (resolution->data->own_images)
        return "image.base.catalog";
    return resolution->gpu ? "image.base.wheels-bring-cuda" : "image.base.python-slim";
}

/* Wheels bring CUDA: an image that has it as well would be twice as large. */
static void decide(const struct plan *p)
{
    const struct cog_resolution *resolution = p->project->resolution;
    const struct cog_choice *other = &resolution->choices[COG_CHOICE_SYSTEM_IMAGE];
    json_t *rejected = NULL;

    if (p->smaller)
        rejected = json_pack("[{s:s, s:s}]", "value", p->smaller, "rule",
                             "image.base.system-cuda");
    else if (other->value)
        rejected = json_pack("[{s:s, s:s}]", "value", other->value, "rule", other->rule);
    cog_decide_take(p->composer, "image.base", p->base.image, rule_of(p), p->at, rejected);
    if (p->compiled)
        cog_decide_take(p->composer, "image.build", p->base.build, "image.build.compiled",
                        resolution->system.compiled_at, NULL);
    if (p->base.apt)
        cog_decide_take(p->composer, "python.source", "apt", rule_of(p), p->at, NULL);
}

/* What cog-resolve compares the image with, as far as the image says anything. */
static void expect(const struct plan *p, struct cog_stage *stage)
{
    if (!p->base.apt)
        cog_stage_holds(stage, "python", p->base.python);
    if (p->base.cuda)
        cog_stage_holds(stage, "cuda", p->base.cuda);
    if (p->base.cudnn)
        cog_stage_holds(stage, "cudnn", p->base.cudnn);
}

/* Makes the pip of a Python new enough for the options that it is given: --python came with
 * 22.3; --root-user-action is older. One that is new enough asks no index. The variable
 * lets it into the system's own Python, which is the image's alone. */
static void renew_pip(const struct plan *p, struct cog_stage *stage, const char *python)
{
    const char *const install[] = {
        python,      "-m", "pip", "install", "--no-compile", "--progress-bar=off",
        "pip>=22.3", NULL};
    json_t *exec = cog_stage_exec_take(stage, cog_why("python.apt", p->at), install);

    cog_exec_title(exec, "update the pip of %s", python);
    cog_exec_env(exec, "PIP_BREAK_SYSTEM_PACKAGES", "1");
    cog_exec_env(exec, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
    cog_exec_env(exec, "PIP_ROOT_USER_ACTION", "ignore");
    cog_exec_cache(exec, "cog-pip", "/root/.cache/pip", COG_CACHE_SHARED);
    cog_exec_index(p->project, p->composer, exec);
}

static void add_apt(const struct plan *p, struct cog_stage *stage, bool compiled)
{
    auto_free char *python = cog_printf("python%s", p->base.python);
    auto_free char *venv = cog_printf("%s-venv", python);
    auto_free char *headers = cog_printf("%s-dev", python);
    auto_free char *path = cog_printf("/usr/bin/%s", python);
    json_auto_t *names =
        json_pack("[s,s,s,s]", "ca-certificates", python, venv, "python3-pip");
    const char *const link[] = {"ln", "-sf", path, "/usr/local/bin/python", NULL};

    if (compiled)
        json_array_append_new(names, json_string(headers));
    cog_block_apt_install_take(p->composer, stage, cog_why("python.apt", p->at), false,
                               names);
    cog_exec_title(cog_stage_exec_take(stage, cog_why("python.apt", p->at), link),
                   "link python to %s", python);
    renew_pip(p, stage, "python");
}

/* An image of the user's may have another Python than they say, which would come out late
 * and strangely, or never. */
static void add_check(const struct plan *p, struct cog_stage *stage)
{
    static const char script[] =
        "import sys; has = '.'.join(map(str, sys.version_info[:3])); "
        "(has + '.').startswith(sys.argv[1] + '.') or "
        "sys.exit('the base image has Python ' + has + ', not ' + sys.argv[1])";
    const char *const argv[] = {"python", "-c", script, p->base.python, NULL};

    cog_exec_title(cog_stage_exec_take(stage, cog_why("image.base.check", p->at), argv),
                   "check that the image has Python %s", p->base.python);
}

static void add_image(const struct plan *p, struct cog_stage *stage, const char *image,
                      bool compiled)
{
    cog_stage_from_take(stage, cog_input_image(image));
    expect(p, stage);
    if (p->base.apt)
        add_apt(p, stage, compiled);
    cog_block_cuda_repository(p->project, stage);
    if (p->project->base || p->project->resolution->data->own_images)
        add_check(p, stage);
}

/* What NVIDIA's container toolkit wants to be told to bring the driver into a container of
 * an image that is not NVIDIA's. */
static void add_driver(struct cog_stage *stage)
{
    cog_stage_env(stage, "NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
    cog_stage_env(stage, "NVIDIA_VISIBLE_DEVICES", "all");
}

static void add_stages(const struct plan *p)
{
    const struct cog_toolkit *toolkit = &p->project->resolution->toolkit;
    struct cog_stage *build = cog_stage_add(p->composer, COG_PHASE_BASE, "base");
    struct cog_stage *runtime =
        cog_stage_add(p->composer, COG_PHASE_EXPORT_BASE, "runtime");

    add_image(p, build, p->compiled ? p->base.build : p->base.image,
              p->compiled || p->smaller);
    cog_stage_provides(build, "python");
    cog_block_toolkit(p->project, p->composer, build);
    if (p->compiled || (toolkit->image && !toolkit->runs))
        add_image(p, runtime, p->base.image, false);
    else
        cog_stage_from_take(runtime, cog_input_phase(COG_PHASE_BASE));
    if (p->base.apt) /* which brings /venv a pip of its age */
        renew_pip(p, cog_stage_add(p->composer, COG_PHASE_RUNTIME, "venv-pip"),
                  "/venv/bin/python");
    cog_stage_env(runtime, "PYTHONUNBUFFERED", "1");
    if (p->project->resolution->gpu)
        add_driver(runtime);
}

/* apt has one release of a version of Python. */
static int check_release(const struct plan *p, const char *version, struct cog_diags *diags)
{
    const char *dot = strrchr(version, '.');

    if (!p->base.apt || dot == strchr(version, '.'))
        return 0;
    return cog_report(
        diags, COG_ERROR, p->at, "plan.base",
        "Python %s is asked for, but in %s Python is what apt installs; write "
        "%.*s",
        version, p->base.image, (int)(dot - version), version);
}

static int base_image_plan(const struct cog_project *project, struct cog_composer *composer,
                           struct cog_diags *diags)
{
    const struct cog_system *system = &project->resolution->system;
    struct plan p = {.project = project, .composer = composer};
    const struct cog_chosen *python = cog_composer_chosen(composer, "python");

    if (!python || !cog_resolution_base(project->resolution, python->version, &p.base))
        return -1;
    cog_decide_take(composer, "python.version", python->version, python->rule, python->at,
                    json_incref(python->rejected));
    p.at = python->at;
    p.compiled = system->compiled && p.base.build;
    if (p.compiled && system->compiled_in_run) {
        p.compiled = false;
        p.smaller = p.base.image;
        p.base.image = cog_strdup(p.base.build);
    }
    int result = check_release(&p, python->version, diags);
    if (project->base)
        p.at = (struct cog_pos){.file = "--base"};
    else if (p.smaller)
        p.at = system->compiled_at;
    else if (system->subject)
        p.at = system->at;
    else if (for_package(&p))
        p.at = project->resolution->suite_at;
    if (result == 0) {
        decide(&p);
        cog_block_cuda_packages(project, composer);
        add_stages(&p);
    }
    cog_base_release(&p.base);
    free(p.smaller);
    return result;
}

const struct cog_block cog_block_base_image = {"base-image", NULL, base_image_require,
                                               base_image_plan};
