"""HTTP as uvicorn reads it, with three things more: an answer in JSON to what is no HTTP, limits on
the head of a request, which could otherwise go on for ever, and an end to clients that keep the
server waiting.
"""

import asyncio
import fcntl
import struct
import termios
from dataclasses import dataclass
from typing import Any

import uvicorn.server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cog_server.body import encode, error

MAX_HEAD_BYTES = 1 << 16


@dataclass
class Limits:
    """What connections may do. `idle` and `request` are seconds: without a byte, and for a whole
    request. `connections` is how many are served; those beyond are told that the server is well.
    """

    idle: float
    request: float
    connections: int


class State(uvicorn.server.ServerState):
    """What all connections share."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits


class Protocol(HttpToolsProtocol):
    """One connection."""

    server_state: State
    # Bytes of the head that has begun, or will; None: in the body of a request.
    _head: int | None = 0
    # Whether what has just come is of one head alone.
    _counts = True
    # Bytes that are not sent, and since when they are so many.
    _unsent = 0
    _stuck_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note when (asyncio.Protocol)."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.heard = self._began = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Count what is not yet understood (asyncio.Protocol)."""
        self.heard = self.loop.time()
        if self._head == 0:
            self._began = self.heard
        self._counts = self._head is not None
        super().data_received(data)
        if self._counts and self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD_BYTES and not self.transport.is_closing():
                text = f"the head of the request has more than {MAX_HEAD_BYTES} bytes"
                self._refuse(b"431 Request Header Fields Too Large", text)

    def on_headers_complete(self) -> None:
        """Stop counting (httptools)."""
        self._head = None
        if self._is_crowded() and self.url != b"/health-check":
            self.app = _crowded
        super().on_headers_complete()

    def _is_crowded(self) -> bool:
        """Whether there are more than there may be that are not idle."""
        most = self.server_state.limits.connections
        if len(self.connections) <= most:
            return False
        others = (item for item in self.connections if isinstance(item, Protocol))
        return sum(not item.is_idle for item in others) > most

    def on_message_complete(self) -> None:
        """Count anew, from the next bytes on (httptools)."""
        self._head = 0
        self._counts = False
        super().on_message_complete()

    def resume_writing(self) -> None:
        """Note that the client reads: there may be as many bytes again at once
        (asyncio.Protocol).
        """
        super().resume_writing()
        self._stuck_since = self.loop.time()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is lost when the connection is closed: no request has come whole."""
        return self._head is not None and (self.cycle is None or self.cycle.response_complete)

    def check(self, now: float) -> None:
        """End the connection if the client keeps the server waiting; called every second."""
        limits = self.server_state.limits
        unsent = self.transport.get_write_buffer_size() and self.count_unsent()
        if unsent != self._unsent:
            self._unsent, self._stuck_since = unsent, now
        elif unsent and now - self._stuck_since > limits.idle:
            self.transport.abort()
        if self.transport.is_closing():
            return
        if self.is_idle:
            # After an answer it is uvicorn who waits for the next head to begin.
            if (self._head or self.cycle is None) and now - self._began > limits.idle:
                self._refuse_late("the head of the request", limits.idle)
        elif self._head is None and not self.cycle.response_started:
            if now - self._began > limits.request:
                self._refuse_late("the request", limits.request)
            elif now - self.heard > limits.idle and not self.flow.read_paused:
                self._refuse_late("the next part of the body", limits.idle)

    def count_unsent(self) -> int:
        """How many bytes the client has not received. The kernel holds megabytes of them, and takes
        no more from a server before a third of them is gone: minutes, for a slow client.
        """
        connection = self.transport.get_extra_info("socket")
        queued: int = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0]
        return self.transport.get_write_buffer_size() + queued

    def _refuse_late(self, what: str, seconds: float) -> None:
        self._refuse(b"408 Request Timeout", f"{what} has not come within {seconds:g} s")

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be understood, and hang up."""
        self._refuse(b"400 Bad Request", "the request is not HTTP")

    def _refuse(self, status: bytes, text: str) -> None:
        body = encode({"detail": text})
        length = str(len(body)).encode()
        lines = (
            b"HTTP/1.1 " + status,
            b"content-type: application/json",
            b"content-length: " + length,
            b"connection: close",
        )
        self.transport.write(b"\r\n".join((*lines, b"", body)))
        self.transport.close()


async def _crowded(scope: Any, receive: Any, send: Any) -> None:
    response = error(503, "there are too many connections")
    response.headers["connection"] = "close"
    await response(scope, receive, send)
