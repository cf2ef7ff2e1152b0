/* transport.c - a stream of bytes to an engine: a socket, TLS on a socket, or a command. */
#include "buildkit/transport.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"
#include "base/openssl.h"
#include "buildkit/socket.h"

/* What TLS has to say of its last failure; the caller frees it. */
static char *tls_error(const SSL *ssl)
{
    const struct cog_openssl *openssl = cog_openssl();
    long verdict = ssl ? openssl->SSL_get_verify_result(ssl) : X509_V_OK;
    unsigned long code = openssl->ERR_peek_last_error();
    const char *reason = code ? openssl->ERR_reason_error_string(code) : NULL;
    char *text = cog_printf("TLS: %s", verdict != X509_V_OK
                                           ? openssl->X509_verify_cert_error_string(verdict)
                                       : reason ? reason
                                                : "the connection was closed");

    openssl->ERR_clear_error();
    return text;
}

/* Loads the authorities and the client's certificate. Returns NULL or a reason. */
static char *load_files(SSL_CTX *context, const struct cog_builder *builder)
{
    const struct cog_openssl *openssl = cog_openssl();
    const char *cert = builder->cert_file, *key = builder->key_file;
    const char *const files[] = {builder->ca_file, cert, key};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] && access(files[i], R_OK) < 0)
            return cog_printf("cannot read %s: %s", files[i], strerror(errno));
    int done = builder->ca_file
                   ? openssl->SSL_CTX_load_verify_locations(context, builder->ca_file, NULL)
                   : openssl->SSL_CTX_set_default_verify_paths(context);
    const char *file = builder->ca_file ? builder->ca_file : "the system's authorities";

    if (done == 1 && cert) {
        done = openssl->SSL_CTX_use_certificate_chain_file(context, cert);
        file = cert;
    }
    if (done == 1 && key) {
        done = openssl->SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
        file = key;
    }
    if (done == 1)
        return NULL;
    auto_free char *reason = tls_error(NULL);
    return cog_printf("cannot use %s (%s)", file, reason);
}

/* Has the certificate checked for the name, and sends it (SNI) unless it is an address. */
static int set_name(SSL *ssl, const char *name)
{
    const struct cog_openssl *openssl = cog_openssl();

    if (openssl->X509_VERIFY_PARAM_set1_ip_asc(openssl->SSL_get0_param(ssl), name) == 1)
        return 1;
    return openssl->SSL_set1_host(ssl, name) == 1 &&
           openssl->SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                             (char *)name) == 1;
}

static void start_tls(struct cog_transport *transport, const struct cog_builder *builder)
{
    const struct cog_openssl *openssl = cog_openssl();
    static const unsigned char protocols[] = "\x02h2\x08http/1.1";
    const char *name = builder->server_name ? builder->server_name : builder->host;

    transport->context = openssl->SSL_CTX_new(openssl->TLS_client_method());
    if (!transport->context ||
        openssl->SSL_CTX_ctrl(transport->context, SSL_CTRL_SET_MIN_PROTO_VERSION,
                              TLS1_2_VERSION, NULL) != 1)
        cog_out_of_memory();
    openssl->SSL_CTX_set_verify(transport->context, SSL_VERIFY_PEER, NULL);
    (void)openssl->SSL_CTX_ctrl(
        transport->context, SSL_CTRL_MODE,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
    transport->error = load_files(transport->context, builder);
    if (transport->error)
        return;
    transport->ssl = openssl->SSL_new(transport->context);
    if (!transport->ssl ||
        openssl->SSL_set_alpn_protos(transport->ssl, protocols, sizeof protocols - 1) !=
            0 ||
        set_name(transport->ssl, name) != 1 ||
        openssl->SSL_set_fd(transport->ssl, transport->fd) != 1)
        cog_out_of_memory();
    openssl->SSL_set_connect_state(transport->ssl);
    transport->greets = transport->wants_write = true; /* the client says hello */
}

void cog_transport_open(struct cog_transport *transport, const struct cog_builder *builder)
{
    const char *reason = "";

    *transport = (struct cog_transport){.fd = -1, .command.log = -1};
    if (builder->command[0])
        transport->fd =
            cog_client_command_start(&transport->command, builder->command, &reason);
    else if (builder->socket)
        transport->fd = cog_socket_unix(builder->socket, &reason);
    else
        transport->fd = cog_socket_tcp(builder->host, builder->port, &reason);
    if (transport->fd < 0)
        transport->error = builder->command[0] ? cog_printf("cannot run %s: %s",
                                                            builder->command[0], reason)
                                               : cog_printf("cannot connect: %s", reason);
    else if (builder->tls)
        start_tls(transport, builder);
}

void cog_transport_release(struct cog_transport *transport)
{
    if (transport->ssl && !transport->greets && !transport->error)
        (void)cog_openssl()->SSL_shutdown(transport->ssl); /* a goodbye; does not wait */
    if (transport->ssl)
        cog_openssl()->SSL_free(transport->ssl);
    if (transport->context)
        cog_openssl()->SSL_CTX_free(transport->context);
    if (transport->fd >= 0)
        (void)close(transport->fd);
    cog_client_command_release(&transport->command);
    free(transport->error);
    *transport = (struct cog_transport){.fd = -1, .command.log = -1};
}

static ptrdiff_t lose(struct cog_transport *transport, char *error)
{
    if (transport->error)
        free(error);
    else
        transport->error = error;
    return COG_TRANSPORT_LOST;
}

/* What came of an operation of TLS. */
static ptrdiff_t tls_result(struct cog_transport *transport, int result)
{
    int system = errno;
    const struct cog_openssl *openssl = cog_openssl();

    transport->wants_write = false;
    if (result > 0)
        return result;
    switch (openssl->SSL_get_error(transport->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return COG_TRANSPORT_LATER;
    case SSL_ERROR_WANT_WRITE:
        transport->wants_write = true;
        return COG_TRANSPORT_LATER;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_SYSCALL:
        if (system && !openssl->ERR_peek_error())
            return lose(transport, cog_strdup(strerror(system)));
        break;
    default:
        break;
    }
    return lose(transport, tls_error(transport->ssl));
}

/* The errors of before would be taken for those of a call. */
static const struct cog_openssl *without_errors(void)
{
    const struct cog_openssl *openssl = cog_openssl();

    openssl->ERR_clear_error();
    errno = 0;
    return openssl;
}

static ptrdiff_t tls_read(struct cog_transport *transport, void *bytes, size_t size)
{
    int got = without_errors()->SSL_read(transport->ssl, bytes, (int)size);

    return tls_result(transport, got);
}

static ptrdiff_t tls_write(struct cog_transport *transport, const void *bytes, size_t size)
{
    int sent = without_errors()->SSL_write(transport->ssl, bytes, (int)size);

    return tls_result(transport, sent);
}

static ptrdiff_t plain_result(struct cog_transport *transport, ssize_t result)
{
    if (result >= 0)
        return result;
    if (errno == EAGAIN || errno == EINTR)
        return COG_TRANSPORT_LATER;
    return lose(transport, cog_strdup(strerror(errno)));
}

ptrdiff_t cog_transport_read(struct cog_transport *transport, void *bytes, size_t size)
{
    ptrdiff_t got = transport->ssl
                        ? tls_read(transport, bytes, size)
                        : plain_result(transport, recv(transport->fd, bytes, size, 0));
    if (got != 0 && got != COG_TRANSPORT_LOST)
        return got;
    /* a command that ends says why on stderr */
    auto_free char *complaint = cog_client_command_complaint(&transport->command);
    if (*complaint) {
        free(transport->error);
        transport->error = cog_strdup(complaint);
        return COG_TRANSPORT_LOST;
    }
    return got;
}

ptrdiff_t cog_transport_write(struct cog_transport *transport, const void *bytes,
                              size_t size)
{
    /* not write(): a peer that is gone must not raise SIGPIPE, which cog_main() ignores */
    return transport->ssl
               ? tls_write(transport, bytes, size)
               : plain_result(transport, send(transport->fd, bytes, size, MSG_NOSIGNAL));
}

bool cog_transport_ready(struct cog_transport *transport)
{
    if (!transport->greets || transport->error)
        return !transport->error;
    int done = without_errors()->SSL_do_handshake(transport->ssl);
    ptrdiff_t result = tls_result(transport, done);
    if (result == 0)
        (void)lose(transport, tls_error(transport->ssl));
    transport->greets = result <= 0;
    return result > 0;
}

short cog_transport_events(const struct cog_transport *transport, bool writing)
{
    bool out =
        transport->greets ? transport->wants_write : writing || transport->wants_write;

    return out ? POLLIN | POLLOUT : POLLIN;
}

bool cog_transport_pending(const struct cog_transport *transport)
{
    return transport->ssl && cog_openssl()->SSL_pending(transport->ssl) > 0;
}

bool cog_transport_agreed(const struct cog_transport *transport)
{
    const unsigned char *name = NULL;
    unsigned size = 0;

    if (transport->ssl)
        cog_openssl()->SSL_get0_alpn_selected(transport->ssl, &name, &size);
    return size == 2 && memcmp(name, "h2", 2) == 0;
}
