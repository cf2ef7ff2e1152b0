/* certificates.c - collects certificate authorities. */
#include "submit/certificates.h"

#include <dirent.h>
#include <errno.h>
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

static const char begin[] = "-----BEGIN CERTIFICATE-----";
static const char end[] = "-----END CERTIFICATE-----";

/* Appends the certificates of a text, and nothing else: a private key beside them is not
 * for the build. */
static void add_certificates(FILE *out, const char *text)
{
    const char *last;

    for (const char *first = strstr(text, begin); first; first = strstr(last, begin)) {
        last = strstr(first, end);
        if (!last)
            return;
        last += sizeof end - 1;
        (void)fprintf(out, "%.*s\n", (int)(last - first), first);
    }
}

static int add_file(FILE *out, const char *path, struct cog_diags *diags)
{
    size_t size;
    auto_free char *text = cog_read_operand(path, MAX_BUNDLE, &size, diags);

    if (!text)
        return -1;
    add_certificates(out, text);
    return 0;
}

static int is_named_so(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 ||
                   strcmp(dot, ".cer") == 0);
}

static int add_folder(FILE *out, const char *path, struct cog_diags *diags)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_named_so, alphasort), result = 0;

    for (int i = 0; i < count; i++) {
        auto_free char *file = cog_path_join(path, entries[i]->d_name);
        result |= add_file(out, file, diags);
        free(entries[i]);
    }
    free(entries);
    return result;
}

static void add_decoded(FILE *out, const char *value)
{
    size_t size;
    auto_free unsigned char *bytes = cog_base64_decode(value, &size);
    auto_free char *text = bytes ? cog_strndup((const char *)bytes, size) : NULL;

    if (text)
        add_certificates(out, text);
}

/* What COG_CA_CERT says; NULL after a diagnostic, which does not repeat the value: it may
 * be long, or not meant for eyes. */
static char *own(const char *value, struct cog_diags *diags)
{
    struct stat info;
    char *text;
    size_t size;
    int result = 0;

    FILE *out = cog_text_open(&text, &size);
    add_certificates(out, value);
    if (stat(value, &info) == 0)
        result = S_ISDIR(info.st_mode) ? add_folder(out, value, diags)
                                       : add_file(out, value, diags);
    else
        add_decoded(out, value);
    cog_text_close(out, &text);
    if (result == 0 && *text)
        return text;
    free(text);
    if (result == 0)
        cog_report(diags, COG_ERROR, (struct cog_pos){0}, "ca.invalid",
                   "COG_CA_CERT has no certificate; it may be a file or a folder of .pem, "
                   ".crt and .cer files, or the text itself, in PEM or as its base64");
    return NULL;
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
    size_t size;
    auto_free char *first = file ? cog_read_operand(file, MAX_BUNDLE, &size, diags) : NULL;
    auto_free char *more = added ? own(value, diags) : NULL;

    *text = NULL;
    if ((file && !first) || (added && !more))
        return -1;
    if (first || more)
        *text = cog_printf("%s%s%s", first ? first : "", first && more ? "\n" : "",
                           more ? more : "");
    return 0;
}

/* The caller frees it. */
static char *file_name(const char *folder, unsigned number)
{
    return cog_printf("%s/cog-ca-cert-%u.crt", folder, number);
}

/* Writes each certificate of a text that add_certificates() made. */
static int write_each(const char *folder, const char *text, struct cog_diags *diags)
{
    int result = 0;

    for (unsigned number = 1; *text && result == 0; number++) {
        auto_free char *name = file_name(folder, number);
        const char *next = strstr(text + 1, begin);
        size_t size = next ? (size_t)(next - text) : strlen(text);
        result = cog_replace_file(name, text, size, diags);
        text += size;
    }
    return result;
}

char *cog_certificates_folder(struct cog_diags *diags)
{
    const char *value = getenv("COG_CA_CERT"), *scratch = getenv("TMPDIR");

    if (!value || !*value) {
        cog_report(
            diags, COG_ERROR, (struct cog_pos){0}, "ca.missing",
            "the image is to trust the certificates of COG_CA_CERT, which is not set");
        return NULL;
    }
    auto_free char *text = own(value, diags);
    if (!text)
        return NULL;
    char *folder = cog_printf("%s/cog-ca-XXXXXX", scratch && *scratch ? scratch : "/tmp");
    if (!mkdtemp(folder))
        cog_report(diags, COG_FAILURE, (struct cog_pos){.file = folder}, "machine.write",
                   "the folder cannot be made: %s", strerror(errno));
    else if (write_each(folder, text, diags) == 0)
        return folder;
    cog_certificates_remove_take(folder);
    return NULL;
}

void cog_certificates_remove_take(char *folder)
{
    int result = folder ? 0 : -1;

    for (unsigned number = 1; result == 0; number++) {
        auto_free char *name = file_name(folder, number);
        result = unlink(name);
    }
    if (folder)
        (void)rmdir(folder);
    free(folder);
}
