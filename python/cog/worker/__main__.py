"""`python -m cog.worker --fds N,M --folder DIR [--train] FILE:NAME`: run the model for the server
at the other end of the sockets N and M; DIR is for files that go between the two.
"""

import argparse
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Callable

from cog.worker.channel import Channel, Receiver
from cog.worker.interrupt import Interrupt
from cog.worker.session import Session


def _flusher() -> Callable[[], object]:
    """Return a function that empties C's stdio buffers: printf to a pipe would otherwise wait for
    4 KiB.
    """
    try:
        import ctypes

        fflush = ctypes.CDLL(None).fflush
    except (ImportError, OSError, AttributeError):
        return lambda: None
    return lambda: fflush(None)


def main() -> int:
    """Run one session; the exit status is for the server's eyes only."""
    parser = argparse.ArgumentParser(prog="cog.worker")
    parser.add_argument("--fds", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("reference")
    options = parser.parse_args()
    work, control = map(int, options.fds.split(","))
    for fd in (work, control):
        os.set_inheritable(fd, False)
    sys.argv = [sys.argv[0]]
    # Whatever began the server may have had it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A crash in C code prints where Python was.
    faulthandler.enable()
    interrupt = Interrupt()
    with socket.socket(fileno=work) as connection, socket.socket(fileno=control) as other:
        channel = Channel(connection, options.folder, interrupt, _flusher())
        session = Session(channel, Receiver(other), interrupt)
        return session.run(options.reference, options.folder, options.train)


if __name__ == "__main__":
    sys.exit(main())
