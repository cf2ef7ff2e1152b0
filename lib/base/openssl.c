/* openssl.c - loads libssl. */
#include "base/openssl.h"

#include "base/library.h"

/* Of the libcrypto that libssl is linked with: the errors are its own. */
const struct cog_openssl *cog_openssl(void)
{
    static struct cog_openssl loaded;
    const struct cog_library_function crypto[] = {
        {"ERR_clear_error", &loaded.ERR_clear_error},
        {"ERR_peek_error", &loaded.ERR_peek_error},
        {"ERR_peek_last_error", &loaded.ERR_peek_last_error},
        {"ERR_reason_error_string", &loaded.ERR_reason_error_string},
        {"X509_VERIFY_PARAM_set1_ip_asc", &loaded.X509_VERIFY_PARAM_set1_ip_asc},
        {"X509_verify_cert_error_string", &loaded.X509_verify_cert_error_string},
    };
    const struct cog_library_function ssl[] = {
        {"SSL_CTX_ctrl", &loaded.SSL_CTX_ctrl},
        {"SSL_CTX_free", &loaded.SSL_CTX_free},
        {"SSL_CTX_load_verify_locations", &loaded.SSL_CTX_load_verify_locations},
        {"SSL_CTX_new", &loaded.SSL_CTX_new},
        {"SSL_CTX_set_default_verify_paths", &loaded.SSL_CTX_set_default_verify_paths},
        {"SSL_CTX_set_verify", &loaded.SSL_CTX_set_verify},
        {"SSL_CTX_use_PrivateKey_file", &loaded.SSL_CTX_use_PrivateKey_file},
        {"SSL_CTX_use_certificate_chain_file", &loaded.SSL_CTX_use_certificate_chain_file},
        {"SSL_ctrl", &loaded.SSL_ctrl},
        {"SSL_do_handshake", &loaded.SSL_do_handshake},
        {"SSL_free", &loaded.SSL_free},
        {"SSL_get0_alpn_selected", &loaded.SSL_get0_alpn_selected},
        {"SSL_get0_param", &loaded.SSL_get0_param},
        {"SSL_get_error", &loaded.SSL_get_error},
        {"SSL_get_verify_result", &loaded.SSL_get_verify_result},
        {"SSL_new", &loaded.SSL_new},
        {"SSL_pending", &loaded.SSL_pending},
        {"SSL_read", &loaded.SSL_read},
        {"SSL_set1_host", &loaded.SSL_set1_host},
        {"SSL_set_alpn_protos", &loaded.SSL_set_alpn_protos},
        {"SSL_set_connect_state", &loaded.SSL_set_connect_state},
        {"SSL_set_fd", &loaded.SSL_set_fd},
        {"SSL_shutdown", &loaded.SSL_shutdown},
        {"SSL_write", &loaded.SSL_write},
        {"TLS_client_method", &loaded.TLS_client_method},
    };

    if (!loaded.SSL_write) {
        cog_library_load("libcrypto.so.3", crypto, sizeof crypto / sizeof *crypto);
        cog_library_load("libssl.so.3", ssl, sizeof ssl / sizeof *ssl);
    }
    return &loaded;
}
