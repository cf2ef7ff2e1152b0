"""A body that is sent, perhaps to many and for long: in parts, from memory or, a while after it was
made, from a file. So a client that reads slowly, or never, holds a descriptor and one part.
"""

import asyncio
import os
import tempfile
import weakref
from collections.abc import Iterator

from cog_server import memory

PART_BYTES = 1 << 16
# A smaller one is not worth a file.
_FILE_BYTES = 1 << 17
# By then most have been sent.
_FILE_SECONDS = 0.2


class Payload:
    """Bytes that do not change. The file has no name: it goes with the object."""

    def __init__(self, data: bytes = b"") -> None:
        self._data: bytes | None = data
        self._fd = -1
        self._size = len(data)

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return b"".join(self.parts())

    def __del__(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)

    def part(self, start: int) -> bytes:
        """Return the bytes from `start` on, PART_BYTES at most."""
        data = self._data
        if data is None:
            return os.pread(self._fd, PART_BYTES, start)
        return data[start : start + PART_BYTES]

    def parts(self) -> Iterator[bytes]:
        """Yield all parts; none of them is empty."""
        for start in range(0, self._size, PART_BYTES):
            yield self.part(start)

    def settle(self) -> "Payload":
        """Move to a file soon, if it is large and still there by then; without room it stays."""
        if self._size > _FILE_BYTES:
            memory.expect_much()
            asyncio.get_running_loop().call_later(_FILE_SECONDS, _move, weakref.ref(self))
        return self

    def write(self) -> None:
        """Write the file, in any thread."""
        data = self._data
        if data is None:
            return
        fd, path = tempfile.mkstemp(prefix="cog-answer-")
        try:
            os.unlink(path)
            with open(fd, "wb", buffering=0, closefd=False) as file:
                written = 0
                while written < len(data):
                    written += file.write(memoryview(data)[written:]) or 0
        except OSError:
            os.close(fd)
            raise
        self._fd, self._data = fd, None


def _move(reference: "weakref.ref[Payload]") -> None:
    payload = reference()
    if payload is not None:
        moving = asyncio.get_running_loop().run_in_executor(None, payload.write)
        # There is no room, or no descriptor: then it stays.
        moving.add_done_callback(lambda moving: moving.cancelled() or moving.exception())
