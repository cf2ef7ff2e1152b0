/* certificates.c - the block that makes the image trust the certificate authorities of
 * whoever submits the build. Only when asked: builds do so without it. */
#include "blocks/blocks.h"

#define CONTEXT "ca-certificates"
#define BUNDLE "/etc/ssl/certs/ca-certificates.crt"

/* Debian's tool makes the bundle anew from its list and from this folder. In an image that
 * has no list the tool would leave nothing else, so there the bundle is appended to. */
static const char script[] =
    "mkdir -p /etc/ssl/certs /usr/local/share/ca-certificates && "
    "cp /mnt/ca-certificates/*.crt /usr/local/share/ca-certificates/ && "
    "if [ -e /etc/ca-certificates.conf ] && command -v update-ca-certificates >/dev/null; "
    "then exec update-ca-certificates; fi && "
    "echo | cat - /mnt/ca-certificates/*.crt >>" BUNDLE;

static bool certificates_detect(const struct cog_project *project)
{
    return project->ca_in_image;
}

/* Python's ssl finds the bundle by itself in most images, requests in none. */
static int certificates_plan(const struct cog_project *project,
                             struct cog_composer *composer, struct cog_diags *diags)
{
    static const char rule[] = "option.ca-in-image";
    const struct cog_pos nowhere = {0};
    struct cog_stage *stage =
        cog_stage_add(composer, COG_PHASE_EXPORT_BASE, "ca-certificates");

    (void)diags;
    cog_context_given(composer, CONTEXT);
    json_t *exec = cog_stage_shell_take(stage, cog_why(rule, nowhere), script);
    cog_exec_title(exec, "trust the given certificate authorities");
    cog_exec_bind_take(exec, cog_input_local(CONTEXT), "/mnt/ca-certificates");
    cog_stage_env(stage, "REQUESTS_CA_BUNDLE", BUNDLE);
    cog_stage_env(stage, "SSL_CERT_FILE", BUNDLE);
    cog_block_environment(project, stage); /* which has the last word */
    cog_decide_take(composer, "image.ca-certificates", "context:" CONTEXT, rule, nowhere,
                    NULL);
    return 0;
}

const struct cog_block cog_block_certificates = {"certificates", certificates_detect, NULL,
                                                 certificates_plan};
