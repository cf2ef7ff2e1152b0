/* nvidia.c - Debian packages that only NVIDIA's repository has, which its images know: so
 * the image is one of those. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "versions/debian.h"
#include "versions/resolver.h"

/* "11.8" of "cuda-toolkit-11-8" and "libcudnn8=8.6.0.163-1+cuda11.8", "12" of
 * "libcudnn9-cuda-12"; the caller frees it. NULL: it tells none. */
static char *cuda_of(const char *package)
{
    const char *version = strstr(package, "+cuda"), *name = strstr(package, "cuda-");
    size_t length = strcspn(package, "=:");

    if (version)
        return cog_strndup(version + 5, strspn(version + 5, "0123456789."));
    for (const char *at = package; at < package + length; at++) {
        size_t major = strspn(at, "0123456789");
        size_t minor = at[major] == '-' ? strspn(at + major + 1, "0123456789") : 0;
        if (at > package && at[-1] == '-' && major == 2 && minor)
            return cog_printf("%.2s.%.*s", at, (int)minor, at + major + 1);
    }
    if (name && isdigit((unsigned char)name[5]))
        return cog_strndup(name + 5, strspn(name + 5, "0123456789"));
    return NULL;
}

/* "8" of libcudnn8-dev; NULL: it is not cuDNN. */
static const char *cudnn_of(const char *package)
{
    static const char name[] = "libcudnn";

    if (strncmp(package, name, sizeof name - 1) != 0)
        return NULL;
    return package[sizeof name - 1] == '8' ? "8" : "9";
}

/* The CUDA of what names none: that of the rest. */
static const char *common_cuda(const struct cog_resolver *r)
{
    const char *chosen = r->resolution->choices[COG_CHOICE_CUDA].value;
    const char *known = r->resolution->system.need.cuda;

    if (known)
        return known;
    return chosen ? chosen : "12";
}

/* Those that name a version of CUDA come first. */
static void need_package(struct cog_resolver *r, size_t index, bool versioned)
{
    const struct cog_config *config = &r->project->config;
    const char *package = json_string_value(json_array_get(config->system_packages, index));
    auto_free char *pointer = cog_printf("/build/system_packages/%zu", index);
    auto_free char *cuda = cuda_of(package);

    if (!cog_debian_is_nvidia(r->data, package) || versioned != (cuda != NULL))
        return;
    json_t *text = json_string(cuda ? cuda : common_cuda(r));
    json_array_append_new(r->resolution->texts, text);
    cog_resolver_need(r,
                      &(struct cog_system){
                          .subject = package,
                          .at = cog_config_at(config, pointer),
                          .need = {json_string_value(text), cudnn_of(package), NULL, NULL},
                          .instead = "what wheels bring, without that package",
                      });
}

void cog_resolver_nvidia(struct cog_resolver *r)
{
    size_t count = json_array_size(r->project->config.system_packages);

    for (size_t i = 0; i < count; i++)
        need_package(r, i, true);
    for (size_t i = 0; i < count; i++)
        need_package(r, i, false);
}
