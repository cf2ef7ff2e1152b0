"""JSON objects over a socket, one a line; a long one by a file (cog.worker)."""

import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

from cog.worker.interrupt import Interrupt

INLINE_BYTES = 1 << 20


class Channel:
    """The worker's end of the socket. send() may be called from any thread, messages() from one.
    `flush` is called before each message.
    """

    def __init__(
        self,
        connection: socket.socket,
        folder: str,
        interrupt: Interrupt,
        flush: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._interrupt = interrupt
        self._flush = flush
        self._lock = threading.Lock()
        self._state = threading.local()
        self._pid = os.getpid()
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self) -> None:
        """Keep a child of the worker from speaking for it, and the socket from outliving it."""
        fd = self._connection.detach()
        if fd >= 0:
            os.close(fd)

    def is_mine(self) -> bool:
        """Whether send() can be called here: not in a child process, and not from a signal handler
        that has interrupted it.
        """
        return os.getpid() == self._pid and not getattr(self._state, "sending", False)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; blocks until the kernel has taken all of it. OSError when the peer is
        gone.
        """
        if os.getpid() != self._pid:
            # The user's code has forked, and the child has come back from it.
            os._exit(0)
        line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        if len(line) > INLINE_BYTES:
            line = self._by_file(line)
        with self._interrupt.shield:
            self._state.sending = True
            try:
                with self._lock:
                    self._flush()
                    self._connection.sendall(line)
            finally:
                self._state.sending = False

    def _by_file(self, line: bytes) -> bytes:
        path = ""
        try:
            fd, path = tempfile.mkstemp(dir=self._folder)
            with open(fd, "wb") as file:
                file.write(line)
        except OSError:
            # No room: then as it is.
            if path:
                os.unlink(path)
            return line
        return json.dumps({"file": path}).encode() + b"\n"

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what the peer sends until it closes its end."""
        with self._connection.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                yield _read(message["file"]) if "file" in message else message


def _read(path: str) -> Any:
    with open(path, "rb") as file:
        os.unlink(path)
        return json.load(file)
