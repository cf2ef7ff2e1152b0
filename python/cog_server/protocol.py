"""HTTP as uvicorn reads it, with two things more: an answer in JSON to what is no HTTP, and a limit
on the head of a request, which could otherwise go on for ever.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cog_server.body import encode

MAX_HEAD_BYTES = 1 << 16


class Protocol(HttpToolsProtocol):
    """One connection."""

    # Bytes of the head that has begun, or will; None: in the body of a request.
    _head: int | None = 0
    # Whether what has just come is of one head alone.
    _counts = True

    def data_received(self, data: bytes) -> None:
        """Count what is not yet understood (asyncio.Protocol)."""
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
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count anew, from the next bytes on (httptools)."""
        self._head = 0
        self._counts = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be understood, and hang up."""
        self._refuse(b"400 Bad Request", "the request is no HTTP")

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
