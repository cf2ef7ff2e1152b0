/* socket.c - connecting to an engine. */
#include "buildkit/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PATIENCE = 10000, /* milliseconds for one address */
    TURN = 50,        /* milliseconds between two attempts at a socket that is busy */
};

static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
                   fcntl(fd, F_SETFD, FD_CLOEXEC) < 0
               ? -1
               : 0;
}

/* Whoever listens may be slow to accept; then there is nothing to poll for. */
static int connect_unix(int fd, const struct sockaddr_un *address)
{
    int failed;

    for (int left = PATIENCE; left > 0; left -= TURN) {
        failed = connect(fd, (const struct sockaddr *)address, sizeof *address);
        if (failed == 0 || errno != EAGAIN)
            return failed;
        (void)poll(NULL, 0, TURN);
        errno = EAGAIN;
    }
    return -1;
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
    if (fd >= 0 && set_nonblocking(fd) == 0 && connect_unix(fd, &address) == 0)
        return fd;
    *reason = errno == EAGAIN ? "it takes no connection (waited 10 s)" : strerror(errno);
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

int cog_socket_tcp(const char *host, const char *port, const char **reason)
{
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *addresses;
    int failed = getaddrinfo(host, port, &wanted, &addresses);

    if (failed) {
        *reason = gai_strerror(failed);
        return -1;
    }
    int fd = connect_any(addresses, reason);
    freeaddrinfo(addresses);
    return fd;
}
