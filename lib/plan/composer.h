/* composer.h - what blocks add stages, operations, contexts and decisions to; becomes a
 * cog/plan-1.
 *
 * The calls that add return nothing that could fail: they fail only for memory. Values that
 * end in _take steal the reference they are given. Operations are borrowed from the
 * composer. */
#ifndef COG_PLAN_COMPOSER_H
#define COG_PLAN_COMPOSER_H

#include <jansson.h>

#include "base/diag.h"
#include "plan/constraints.h"
#include "plan/phase.h"

struct cog_composer;
struct cog_stage; /* belongs to its composer */

/* `source` is the member `source` of the project's document, kept in the plan. */
struct cog_composer *cog_composer_new(const json_t *source);
void cog_composer_free(struct cog_composer *composer);

/* Lets blocks see what was chosen; `constraints` are borrowed. */
void cog_composer_constraints(struct cog_composer *composer,
                              const struct cog_constraints *constraints);

/* The version that was chosen, borrowed; NULL: none, which was reported. */
const struct cog_chosen *cog_composer_chosen(const struct cog_composer *composer,
                                             const char *key);

/* Orders the stages by phase, within a phase by time of adding; resolves the inputs `auto`,
 * `phase` and `provided`. The last stage is exported. Returns a document cog/plan-1 (a new
 * reference), or NULL after plan.compose, which tells everything that blocks did wrong:
 *   - no stage, or none of an export phase
 *   - a stage without an id, with that of another, or in no phase
 *   - an input that leads nowhere: what is not there, stands later, or is the stage itself
 *   - a name that two stages provide
 *   - an exec without a command, an operation without a reason
 *   - what is set twice: a decision, a label, a tag, the image, a context that is another
 */
json_t *cog_compose(struct cog_composer *composer, struct cog_diags *diags);

/* Why something is in the plan: a rule, and the place that made it fire. New references. */
json_t *cog_why(const char *rule, struct cog_pos at);
void cog_why_add(json_t *why, const char *rule, struct cog_pos at, const char *subject);

/* A stage begins with what the stage before it left (`auto`), if nothing else is said. */
struct cog_stage *cog_stage_add(struct cog_composer *composer, enum cog_phase phase,
                                const char *id);
void cog_stage_from_take(struct cog_stage *stage, json_t *input);
void cog_stage_env(struct cog_stage *stage, const char *name, const char *value);
void cog_stage_dir(struct cog_stage *stage, const char *dir);

/* That from this stage on there is what `name` names, such as "python". */
void cog_stage_provides(struct cog_stage *stage, const char *name);
/* That the image which the stage begins with is taken to have a version of something:
 * python, cuda, cudnn. cog-resolve refuses an image that says otherwise. */
void cog_stage_holds(struct cog_stage *stage, const char *name, const char *version);

/* Inputs, new references. phase: the last stage of an earlier phase than one's own, or of
 * the nearest one before that which has any; provided: the stage that provides it. */
json_t *cog_input_image(const char *reference);
json_t *cog_input_phase(enum cog_phase phase);
json_t *cog_input_provided(const char *name);
json_t *cog_input_stage(const char *id);
json_t *cog_input_local(const char *context);

/* Operations. `why` is stolen; `argv` ends with NULL. */
json_t *cog_stage_exec_take(struct cog_stage *stage, json_t *why, const char *const *argv);
json_t *cog_stage_shell_take(struct cog_stage *stage, json_t *why, const char *command);
json_t *cog_stage_copy_take(struct cog_stage *stage, json_t *why, json_t *from,
                            const char *src, const char *dest);
/* Gives what it copies this mode. */
void cog_copy_mode(json_t *copy, int mode);
json_t *cog_stage_mkfile_take(struct cog_stage *stage, json_t *why, const char *path,
                              const char *text);
json_t *cog_stage_mkdir_take(struct cog_stage *stage, json_t *why, const char *path);

/* Whether what uses a cache lets others use it meanwhile. */
enum cog_cache_sharing { COG_CACHE_LOCKED, COG_CACHE_SHARED };

/* What an exec does, in a few words; what would break the line becomes a blank. */
void cog_exec_title(json_t *exec, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What an exec sees besides the stage's files. */
void cog_exec_arg(json_t *exec, const char *arg);
void cog_exec_env(json_t *exec, const char *name, const char *value);
void cog_exec_dir(json_t *exec, const char *dir);
void cog_exec_bind_take(json_t *exec, json_t *from, const char *target);
/* A file or folder of it; the others count for nothing. */
void cog_exec_bind_part_take(json_t *exec, json_t *from, const char *path,
                             const char *target);
/* One that the command may write to; what it writes is thrown away. */
void cog_exec_scratch_take(json_t *exec, json_t *from, const char *target);
void cog_exec_cache(json_t *exec, const char *id, const char *target,
                    enum cog_cache_sharing sharing);
void cog_exec_secret(json_t *exec, const char *id, const char *target);
void cog_exec_optional_secret(json_t *exec, const char *id, const char *target);
void cog_exec_offline(json_t *exec); /* has no network */

/* Debian packages that the exported image has to have for a reason of a block's. The block
 * apt installs what those before it asked for; each is asked for once. */
void cog_need_package(struct cog_composer *composer, const char *package, const char *rule,
                      struct cog_pos at);
const json_t *cog_needed_packages(const struct cog_composer *composer);
const json_t *cog_needed_packages_why(const struct cog_composer *composer);

/* Contexts: a folder of the project without what `exclude` (stolen) lists, the same with
 * only what `include` (stolen) lists, a folder of cog's own, a folder that only whoever
 * submits the build names, and files whose text stands in the plan. */
void cog_context_folder_take(struct cog_composer *composer, const char *name,
                             const char *path, json_t *exclude);
void cog_context_parts_take(struct cog_composer *composer, const char *name,
                            const char *path, json_t *include, json_t *exclude);
void cog_context_own(struct cog_composer *composer, const char *name, const char *folder);
void cog_context_given(struct cog_composer *composer, const char *name);
/* Of the given folder, only this file. */
void cog_context_given_file(struct cog_composer *composer, const char *name,
                            const char *file);
void cog_context_file(struct cog_composer *composer, const char *name, const char *path,
                      const char *text);

/* What the image says of itself. `image` (stolen) has the members of the plan's
 * export.image. */
void cog_export_image_take(struct cog_composer *composer, json_t *image);
void cog_export_tag(struct cog_composer *composer, const char *tag);
void cog_export_label(struct cog_composer *composer, const char *name, const char *value);
void cog_export_label_file(struct cog_composer *composer, const char *name,
                           const char *path);

/* Records a choice. `rejected` (stolen, may be NULL) is an array of {value, rule, at}. */
void cog_decide_take(struct cog_composer *composer, const char *key, const char *value,
                     const char *rule, struct cog_pos at, json_t *rejected);

/* The value of a decision that was recorded, borrowed from the composer; NULL: none was. */
const char *cog_decided(const struct cog_composer *composer, const char *key);

/* The machine that plans are for, as containers name it. */
#define COG_PLAN_ARCH "amd64"

#endif
