/* openssl.h - the functions of libssl that others call.
 *
 * It is loaded when a connection needs it: to load and relocate it with libcrypto takes
 * longer than what cog-resolve and cog-submit compute. libcurl uses the same library. */
#ifndef COG_BASE_OPENSSL_H
#define COG_BASE_OPENSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* By the names that OpenSSL's manual has. */
struct cog_openssl {
    __typeof__(ERR_clear_error) *ERR_clear_error;
    __typeof__(ERR_peek_error) *ERR_peek_error;
    __typeof__(ERR_peek_last_error) *ERR_peek_last_error;
    __typeof__(ERR_reason_error_string) *ERR_reason_error_string;
    __typeof__(SSL_CTX_ctrl) *SSL_CTX_ctrl;
    __typeof__(SSL_CTX_free) *SSL_CTX_free;
    __typeof__(SSL_CTX_load_verify_locations) *SSL_CTX_load_verify_locations;
    __typeof__(SSL_CTX_new) *SSL_CTX_new;
    __typeof__(SSL_CTX_set_default_verify_paths) *SSL_CTX_set_default_verify_paths;
    __typeof__(SSL_CTX_set_verify) *SSL_CTX_set_verify;
    __typeof__(SSL_CTX_use_PrivateKey_file) *SSL_CTX_use_PrivateKey_file;
    __typeof__(SSL_CTX_use_certificate_chain_file) *SSL_CTX_use_certificate_chain_file;
    __typeof__(SSL_ctrl) *SSL_ctrl;
    __typeof__(SSL_do_handshake) *SSL_do_handshake;
    __typeof__(SSL_free) *SSL_free;
    __typeof__(SSL_get0_alpn_selected) *SSL_get0_alpn_selected;
    __typeof__(SSL_get0_param) *SSL_get0_param;
    __typeof__(SSL_get_error) *SSL_get_error;
    __typeof__(SSL_get_verify_result) *SSL_get_verify_result;
    __typeof__(SSL_new) *SSL_new;
    __typeof__(SSL_pending) *SSL_pending;
    __typeof__(SSL_read) *SSL_read;
    __typeof__(SSL_set1_host) *SSL_set1_host;
    __typeof__(SSL_set_alpn_protos) *SSL_set_alpn_protos;
    __typeof__(SSL_set_connect_state) *SSL_set_connect_state;
    __typeof__(SSL_set_fd) *SSL_set_fd;
    __typeof__(SSL_shutdown) *SSL_shutdown;
    __typeof__(SSL_write) *SSL_write;
    __typeof__(TLS_client_method) *TLS_client_method;
    __typeof__(X509_VERIFY_PARAM_set1_ip_asc) *X509_VERIFY_PARAM_set1_ip_asc;
    __typeof__(X509_verify_cert_error_string) *X509_verify_cert_error_string;
};

/* The first call loads it, as cog_library_load() does. Never NULL. */
const struct cog_openssl *cog_openssl(void);

#endif
