"""JSON objects over a socket, one a line, of any length."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any


class Channel:
    """One end of the socket. send() may be called from any thread, messages() from one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; blocks until the kernel has taken all of it. OSError when the peer is
        gone.
        """
        line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        with self._lock:
            self._connection.sendall(line)

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what the peer sends until it closes its end."""
        with self._connection.makefile("rb") as lines:
            for line in lines:
                yield json.loads(line)
