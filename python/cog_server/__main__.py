"""`python -m cog_server`: serve one model over HTTP. Started by cog.server.http; settings as in
cog_server.settings.

SIGINT, SIGTERM and POST /shutdown end it: no new requests, running predictions may finish, exit
status 0.
"""

import gc
import logging
import os
import socket
import sys

from cog_server import log, settings
from cog_server.doorman import Doorman
from cog_server.setup import Setup
from cog_server.version import VERSIONS

_BACKLOG = 2048
_SHARED_MEMORY = "/dev/shm"


def _listen(options: settings.Settings) -> socket.socket:
    if options.fd is not None:
        return socket.socket(fileno=options.fd)
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # asyncio sends without delay only where the protocol is told.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((options.host, options.port))
    listener.listen(_BACKLOG)
    return listener


def _choose_scratch() -> None:
    """Put temporary files, the model's too, into memory where no disk can be written to, as in a
    container whose root is read-only.
    """
    usual = (os.environ.get("TMPDIR"), "/tmp", "/var/tmp")
    if any(path and os.access(path, os.W_OK) for path in usual):
        return
    if os.access(_SHARED_MEMORY, os.W_OK):
        os.environ["TMPDIR"] = _SHARED_MEMORY
        log.event("no disk can be written to; temporary files are kept in memory")


def main() -> int:
    """Run the server; returns its exit status."""
    # All that is imported stays, and looking for what does not takes a tenth of the time.
    gc.disable()
    options = settings.read(sys.argv[1:])
    # Where the worker looks for what it is to run, whichever of the two that is.
    os.environ["COG_PREDICT_TYPE_STUB"] = options.model
    log.configure(options.log_level, options.log_format)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    _choose_scratch()
    log.event("server starts", host=options.host, port=options.port, model=options.model)
    try:
        listener = _listen(options)
    except OSError as error:
        log.event("cannot listen", logging.ERROR, error=error.strerror or str(error))
        return 3
    health: dict[str, object] = {
        "status": "STARTING",
        "setup": Setup().answer(),
        "version": VERSIONS,
    }
    doorman = Doorman(listener, health)
    doorman.start()
    from cog_server import serving

    serving.run(options, listener, doorman)
    log.event("server has ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
