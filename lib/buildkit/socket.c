/* socket.c - connecting to an engine. */
#include "buildkit/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/auto.h"

enum {
    PATIENCE = 10000, /* milliseconds for one TCP address */
};

static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
                   fcntl(fd, F_SETFD, FD_CLOEXEC) < 0
               ? -1
               : 0;
}

int cog_socket_unix(const char *path, const char **reason)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path) {
        *reason = "the path is too long for a socket";
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        set_nonblocking(fd) == 0)
        return fd;
    *reason = strerror(errno);
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Connects `fd`, which does not block. Returns 0 or an errno. */
static int connect_in_time(int fd, const struct addrinfo *address)
{
    struct pollfd poller = {.fd = fd, .events = POLLOUT};
    int reason = 0;
    socklen_t size = sizeof reason;

    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (poll(&poller, 1, PATIENCE) <= 0)
        return ETIMEDOUT;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size) < 0 ? errno : reason;
}

/* Tries the addresses in turn. */
static int connect_any(const struct addrinfo *addresses, const char **reason)
{
    static const int on = 1;

    for (const struct addrinfo *address = addresses; address; address = address->ai_next) {
        int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
        if (fd < 0 || set_nonblocking(fd) < 0) {
            *reason = strerror(errno);
        } else {
            int failed = connect_in_time(fd, address);
            /* an engine that vanished without a word is noticed in the end */
            if (!failed && setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0)
                return fd;
            *reason = strerror(failed ? failed : errno);
        }
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

int cog_socket_tcp(const char *url, const char **reason)
{
    static const char scheme[] = "http://";
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *addresses;

    if (strncmp(url, scheme, sizeof scheme - 1) != 0) {
        *reason = "only tcp without TLS is supported";
        return -1;
    }
    auto_free char *text = cog_strdup(url + sizeof scheme - 1);
    text[strcspn(text, "/")] = '\0';
    char *colon = strrchr(text, ':'), *host = text;
    if (!colon || strchr(colon, ']')) {
        *reason = "the address has no port";
        return -1;
    }
    *colon = '\0';
    if (*host == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        host++;
    }
    int failed = getaddrinfo(host, colon + 1, &wanted, &addresses);
    if (failed) {
        *reason = gai_strerror(failed);
        return -1;
    }
    int fd = connect_any(addresses, reason);
    freeaddrinfo(addresses);
    return fd;
}
