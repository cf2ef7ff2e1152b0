"""JSON objects over a socket, one a line; a long one by a file (cog.worker)."""

import json
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from cog.worker.interrupt import Interrupt

INLINE_BYTES = 1 << 20
_READ_BYTES = 1 << 16

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Receiver:
    """One end of a socket, for one thread to read. A child of this process has none."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._partial: list[bytes] = []
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self) -> None:
        """Keep a child of the worker from speaking for it, and the socket from outliving it."""
        fd = self._connection.detach()
        if fd >= 0:
            os.close(fd)

    def fileno(self) -> int:
        """Return the descriptor, for an event loop."""
        return self._connection.fileno()

    def receive(self, flags: int = 0) -> list[dict[str, Any]] | None:
        """Return the messages that have come, perhaps none; waits for a part of one, unless `flags`
        has MSG_DONTWAIT. None when the peer has closed its end. OSError.
        """
        data = self._connection.recv(_READ_BYTES, flags)
        if not data:
            return None
        *lines, rest = data.split(b"\n")
        if lines and self._partial:
            lines[0] = b"".join([*self._partial, lines[0]])
            self._partial.clear()
        if rest:
            self._partial.append(rest)
        return [_read(json.loads(line)) for line in lines]


class Channel(Receiver):
    """The worker's end of the socket for predictions. send() may be called from any thread. `flush`
    is called before each message.
    """

    def __init__(
        self,
        connection: socket.socket,
        folder: str,
        interrupt: Interrupt,
        flush: Callable[[], object],
    ) -> None:
        super().__init__(connection)
        self._folder = folder
        self._interrupt = interrupt
        self._flush = flush
        self._lock = threading.Lock()
        self._state = threading.local()
        self._pid = os.getpid()

    def is_mine(self) -> bool:
        """Whether send() can be called here: not in a child process, and not from a signal handler
        that has interrupted it.
        """
        return os.getpid() == self._pid and not getattr(self._state, "sending", False)

    def line(self, message: dict[str, Any]) -> bytes:
        """Return a message as it is sent; ValueError or TypeError when it is not JSON."""
        line = _encode(message).encode() + b"\n"
        return self._by_file(line) if len(line) > INLINE_BYTES else line

    def send(self, *lines: bytes) -> None:
        """Send messages in one go; blocks until the kernel has taken all. OSError when the peer is
        gone.
        """
        if os.getpid() != self._pid:
            # The user's code has forked, and the child has come back from it.
            os._exit(0)
        with self._interrupt.shield:
            self._state.sending = True
            try:
                with self._lock:
                    self._flush()
                    self._connection.sendall(b"".join(lines))
            finally:
                self._state.sending = False

    def _by_file(self, line: bytes) -> bytes:
        # With all that makes its names random it takes long to import.
        import tempfile

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
        return _encode({"file": path}).encode() + b"\n"


def _read(message: dict[str, Any]) -> Any:
    if "file" not in message:
        return message
    with open(message["file"], "rb") as file:
        os.unlink(message["file"])
        return json.load(file)
