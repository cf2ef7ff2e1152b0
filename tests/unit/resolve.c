/* resolve.c - which accelerator and versions follow from a project's facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/text.h"
#include "versions/resolver.h"

static struct cog_tables data;

static int load(void **state)
{
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    int result = cog_tables_load(&data, NULL, NULL, &diags);
    cog_diags_release(&diags);
    return result;
}

static int release(void **state)
{
    (void)state;
    cog_tables_release(&data);
    return 0;
}

/* A document of a project that pins one package; `cuda` is what cog.yaml's cuda tells, as
 * cu124, or NULL. */
static json_t *project_of(const char *name, const char *version, const char *build,
                          const char *cuda)
{
    auto_free char *text = cog_printf("%s==%s", name, version);
    auto_free char *specifier = cog_printf("==%s", version);
    json_t *origin = json_pack("{s:s, s:i}", "file", "requirements.txt", "line", 1);
    json_t *facts = json_pack(
        "{s:[{s:s, s:[], s:s, s:n, s:n, s:[], s:s, s:b, s:O}], s:{s:{s:s, s:s, s:b, s:o}}}",
        "requirements", "name", name, "extras", "specifier", specifier, "marker", "url",
        "hashes", "text", text, "constraint", 0, "origin", origin, "frameworks", name,
        "version", version, "specifier", specifier, "direct", 1, "origin", origin);

    if (cuda)
        json_object_set_new(facts, "accelerators",
                            json_pack("[{s:s, s:s, s:s, s:{s:s}}]", "accelerator", cuda,
                                      "rule", "accelerator.cuda", "subject", "build.cuda",
                                      "origin", "file", "cog.yaml"));
    return json_pack("{s:{s:o}, s:{s:s}, s:o}", "config", "build",
                     json_loads(build, 0, NULL), "source", "file", "cog.yaml", "facts",
                     facts);
}

/* The choices as "accelerator=cpu …", then the ranges of Python; "refused" if there was an
 * error. The caller frees it. */
static char *resolved(const char *name, const char *version, const char *build,
                      const char *cuda)
{
    json_auto_t *doc = project_of(name, version, build, cuda);
    struct cog_resolution resolution;
    struct cog_project project;
    struct cog_diags diags;
    size_t size;
    char *text;
    FILE *out = cog_text_open(&text, &size);

    cog_diags_init(&diags, "test");
    cog_project_load(&project, doc);
    int result = cog_resolve(&resolution, &project, NULL, &data, &diags);
    assert_int_equal(result, diags.errors ? -1 : 0);
    for (enum cog_choice_kind kind = 0; kind < COG_CHOICE_COUNT; kind++)
        if (cog_choice_key(kind) && resolution.choices[kind].value)
            (void)fprintf(out, "%s=%s ", cog_choice_key(kind),
                          resolution.choices[kind].value);
    for (size_t i = 0; i < resolution.python_count; i++)
        (void)fputs(resolution.pythons[i].specifier, out);
    if (resolution.held.image)
        (void)fputs(resolution.held.specifier, out);
    cog_text_close(out, &text);
    cog_resolution_release(&resolution);
    cog_project_release(&project);
    cog_diags_release(&diags);
    if (result == 0)
        return text;
    free(text);
    return cog_strdup("refused");
}

/* The tables that cog came with are checked here and not when it runs. */
static void tables_are_sound(void **state)
{
    struct cog_tables checked;
    struct cog_diags diags;

    (void)state;
    cog_diags_init(&diags, "test");
    assert_int_equal(cog_tables_load(&checked, "lib/versions/data", NULL, &diags), 0);
    for (size_t i = 0; i < COG_TABLE_COUNT; i++) {
        assert_int_equal(checked.by_name[i].count, data.by_name[i].count);
        for (size_t row = 0; row < data.by_name[i].count; row++)
            assert_string_equal(checked.by_name[i].rows[row][0],
                                data.by_name[i].rows[row][0]);
    }
    cog_tables_release(&checked);
    cog_diags_release(&diags);
}

static void one_package_resolves(void **state)
{
    static const struct {
        const char *name, *version, *build, *resolved;
    } cases[] = {
        {"numpy", "2.0.0", "{}", ""},
        {"torch", "2.4", "{}",
         "accelerator=cpu torch.index=https://download.pytorch.org/whl/cpu >=3.10,<3.13"},
        {"torch", "2.4.1", "{\"gpu\": true}",
         "accelerator=cu121 cuda.version=12.1 cuda.driver=525.60.13 >=3.10,<3.13"},
        {"torch", "2.4.1", "{\"gpu\": true, \"cuda\": \"12.1\"}",
         "accelerator=cu121 cuda.version=12.1 cuda.driver=525.60.13 >=3.10,<3.13"},
        {"torch", "2.4.9", "{\"gpu\": true}",
         "accelerator=cu121 cuda.version=12.1 cuda.driver=525.60.13 torch.like=2.4.1 "},
        {"torch", "3!1.0", "{\"gpu\": true}",
         "accelerator=cu132 cuda.version=13.2 cuda.driver=580 torch.like=2.15.0 "},
        {"torch", "1.10.2", "{}", "refused"},
        {"torchaudio", "2.0.2", "{\"gpu\": true}",
         "accelerator=cu117 cuda.version=11.7 cuda.driver=450.80.02 torch.like=2.0.1 "},
        {"tensorflow", "2.17.1", "{\"gpu\": true}",
         "accelerator=cu123 cuda.version=12.3 cuda.cudnn=8.9 cuda.driver=525.60.13 "
         "tensorflow.requirement=tensorflow[and-cuda]==2.17.1 >=3.9,<3.13"},
        {"tensorflow", "2.13.1", "{\"gpu\": true}",
         "accelerator=cu118 cuda.version=11.8 cuda.cudnn=8.6 cuda.driver=450.80.02 "
         ">=3.8,<3.12>=3.10,<3.11"},
        {"onnxruntime-gpu", "1.18.1", "{\"gpu\": true}",
         "accelerator=cu118 cuda.version=11.8 cuda.cudnn=8 cuda.driver=450.80.02 "
         ">=3.10,<3.11"},
        {"onnxruntime-gpu", "1.26.0", "{\"gpu\": true}",
         "accelerator=cu12 cuda.version=12 cuda.cudnn=9 cuda.driver=525.60.13 "
         ">=3.10,!=3.11.*,<3.13"},
        {"onnxruntime-gpu", "1.27.0", "{\"gpu\": true}",
         "accelerator=cu13 cuda.version=13 cuda.cudnn=9 cuda.driver=580 "
         ">=3.10,!=3.11.*,<3.13"},
        {"onnxruntime-gpu", "1.22.0", "{\"gpu\": true}",
         "accelerator=cu12 cuda.version=12 cuda.cudnn=9 cuda.driver=525.60.13 "
         ">=3.10,!=3.11.*,<3.13"},
        {"onnxruntime-gpu", "1.22.0", "{\"gpu\": true, \"cuda\": \"12.4\"}",
         "accelerator=cu124 cuda.version=12.4 cuda.cudnn=9 cuda.driver=525.60.13 "
         ">=3.10,<3.11"},
        {"tensorflow", "2.13.1", "{}", "accelerator=cpu >=3.8,<3.12"},
        {"tensorflow", "1.15", "{}", "refused"},
        {"pycuda", "2024.1", "{\"gpu\": true}", "refused"},
        {"numpy", "2.0.0", "{\"gpu\": true}", "accelerator=cuda "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *text =
            resolved(cases[i].name, cases[i].version, cases[i].build, NULL);
        assert_string_equal(text, cases[i].resolved);
    }
}

static void resolves_to(cog_row row, const char *build, const char *asked)
{
    bool plain = strcmp(build, row[COG_TORCH_PLAIN]) == 0;
    auto_free char *text =
        resolved("torch", row[COG_TORCH_VERSION], "{\"gpu\": true}", asked);
    auto_free char *accelerator = cog_printf("accelerator=%s ", build);
    auto_free char *index =
        cog_printf("torch.index=https://download.pytorch.org/whl/%s ", build);

    assert_memory_equal(text, accelerator, strlen(accelerator));
    if (plain)
        assert_null(strstr(text, "torch.index"));
    else
        assert_non_null(strstr(text, index));
}

/* Each build of each row can be asked for; without a wish it is the plain one. */
static void every_torch_resolves(void **state)
{
    const struct cog_table *table = &data.by_name[COG_TABLE_TORCH];

    (void)state;
    for (size_t i = 0; i < table->count; i++) {
        cog_row row = table->rows[i];
        auto_free char *builds = cog_strdup(row[COG_TORCH_BUILDS]);
        char *rest = NULL;
        for (char *build = strtok_r(builds, " ", &rest); build;
             build = strtok_r(NULL, " ", &rest))
            if (strcmp(build, "cpu") != 0)
                resolves_to(row, build, build);
        if (strcmp(row[COG_TORCH_PLAIN], "cu102") != 0)
            resolves_to(row, row[COG_TORCH_PLAIN], NULL);
    }
}

static void every_tensorflow_resolves(void **state)
{
    const struct cog_table *table = &data.by_name[COG_TABLE_TENSORFLOW];

    (void)state;
    for (size_t i = 0; i < table->count; i++) {
        cog_row row = table->rows[i];
        auto_free char *text =
            resolved("tensorflow", row[COG_TENSORFLOW_VERSION], "{\"gpu\": true}", NULL);
        auto_free char *cuda = cog_printf("cuda.version=%s ", row[COG_TENSORFLOW_CUDA]);
        bool wheels = strstr(text, "tensorflow.requirement=tensorflow[and-cuda]");
        assert_non_null(strstr(text, cuda));
        assert_int_equal(wheels, !cog_less_version(row[COG_TENSORFLOW_VERSION], "2.14"));
    }
}

static void accelerators_are_versions(void **state)
{
    static const struct {
        const char *accelerator, *version;
    } cases[] = {
        {"cu124", "12.4"}, {"cu118", "11.8"}, {"cu1210", "12.10"}, {"cu12", "12"},
        {"cuda", NULL},    {"cpu", NULL},     {"cu", NULL},        {"cu1", NULL},
        {"rocm6.2", NULL}, {"c", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        auto_free char *version = cog_cuda_version(cases[i].accelerator);
        if (cases[i].version)
            assert_string_equal(version, cases[i].version);
        else
            assert_null(version);
    }
    auto_free char *build = cog_cuda_build("12.4.1");
    assert_string_equal(build, "cu124");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(one_package_resolves),
        cmocka_unit_test(every_torch_resolves),
        cmocka_unit_test(every_tensorflow_resolves),
        cmocka_unit_test(accelerators_are_versions),
    };
    return cmocka_run_group_tests(tests, load, release);
}
