/* certificates.c - collects certificate authorities. */
#include "cli/certificates.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/digest.h"
#include "base/doc.h"
#include "base/path.h"
#include "base/text.h"

enum { MAX_BUNDLE = 16 << 20 };

static const struct cog_pos nowhere = {0};

static bool is_pem(const char *text)
{
    return strstr(text, "-----BEGIN CERTIFICATE-----");
}

/* Text of a file; a bundle without a certificate would leave TLS without any. */
static char *read_pem(const char *path, struct cog_diags *diags)
{
    size_t size;
    char *text = cog_read_file(path, MAX_BUNDLE, &size, diags);

    if (!text || is_pem(text))
        return text;
    free(text);
    cog_report(diags, COG_ERROR, (struct cog_pos){.file = path}, "ca.invalid",
               "there is no certificate in PEM in it");
    return NULL;
}

static int is_certificate(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 ||
                   strcmp(dot, ".cer") == 0);
}

static char *read_folder(const char *path, struct cog_diags *diags)
{
    struct dirent **entries;
    char *text;
    size_t size;
    int count = scandir(path, &entries, is_certificate, alphasort);
    FILE *out = cog_text_open(&text, &size);
    bool flawed = false;

    for (int i = 0; i < count; i++) {
        auto_free char *file = cog_path_join(path, entries[i]->d_name);
        auto_free char *pem = read_pem(file, diags);
        flawed |= !pem;
        (void)fprintf(out, "%s\n", pem ? pem : "");
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    cog_text_close(out, &text);
    if (count > 0 && !flawed)
        return text;
    free(text);
    if (count <= 0)
        cog_report(diags, COG_ERROR, (struct cog_pos){.file = path}, "ca.invalid",
                   "the folder of COG_CA_CERT has no .pem, .crt or .cer file");
    return NULL;
}

static char *decode(const char *value)
{
    size_t size;
    auto_free unsigned char *bytes = cog_base64_decode(value, &size);
    auto_free char *text = bytes ? cog_strndup((const char *)bytes, size) : NULL;

    return text && is_pem(text) ? cog_strdup(text) : NULL;
}

/* What COG_CA_CERT says; NULL after a diagnostic, which does not repeat the value: it may
 * be long, or not meant for eyes. */
static char *own(const char *value, struct cog_diags *diags)
{
    struct stat info;

    if (is_pem(value))
        return cog_strdup(value);
    if (stat(value, &info) == 0)
        return S_ISDIR(info.st_mode) ? read_folder(value, diags) : read_pem(value, diags);
    char *text = decode(value);
    if (!text)
        cog_report(
            diags, COG_ERROR, nowhere, "ca.invalid",
            "COG_CA_CERT is no file or folder that exists, and no certificate in PEM "
            "or in base64");
    return text;
}

/* The file of what the host trusts, or NULL. */
static const char *host_bundle(void)
{
    static const char *const files[] = {
        "/etc/ssl/certs/ca-certificates.crt", /* Debian and its kin */
        "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
        "/etc/ssl/cert.pem",                  /* Alpine, macOS */
        "/etc/ssl/ca-bundle.pem",             /* SUSE */
    };
    const char *named = getenv("SSL_CERT_FILE");

    if (named && *named)
        return named;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (access(files[i], R_OK) == 0)
            return files[i];
    return NULL;
}

int cog_certificates_load(char **text, struct cog_diags *diags)
{
    const char *value = getenv("COG_CA_CERT"), *file = host_bundle();
    bool added = value && *value;
    auto_free char *first = file ? read_pem(file, diags) : NULL;
    auto_free char *more = added ? own(value, diags) : NULL;

    *text = NULL;
    if ((file && !first) || (added && !more))
        return -1;
    if (first || more)
        *text = cog_printf("%s%s%s", first ? first : "", first && more ? "\n" : "",
                           more ? more : "");
    return 0;
}
