"""sys.stdout and sys.stderr of the worker: text goes to the server in messages, by the line, each
with the prediction that printed it.
"""

import contextlib
import io
import os
import sys
import threading
from typing import Any, BinaryIO

from cog.scope import current
from cog.worker.channel import Channel
from cog.worker.interrupt import Shield

# A line that has not ended by then is sent in pieces.
_LINE_CHARACTERS = 1 << 16
# Longer texts are sent in so many messages that the server need not hold them whole.
_MESSAGE_CHARACTERS = 1 << 18


class LogStream(io.TextIOBase):
    """Takes the place of one of the two. close() only flushes: what comes after a model's last
    words, a traceback above all, must still get through.
    """

    mode = "w"

    def __init__(self, source: str, channel: Channel, shield: Shield) -> None:
        self._original = getattr(sys, source)
        self._source = source
        self._channel = channel
        self._shield = shield
        self._lock = threading.RLock()
        self._partial: dict[str | None, str] = {}
        self.name = f"<{source}>"

    @property
    def buffer(self) -> BinaryIO:
        """For bytes: they go to the descriptor."""
        buffer: BinaryIO = self._original.buffer
        return buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What text becomes in the buffer."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """How."""
        return "backslashreplace"

    def fileno(self) -> int:
        """Return the descriptor, for child processes."""
        return 1 if self._source == "stdout" else 2

    def isatty(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def reconfigure(self, **options: Any) -> None:
        """Change nothing (io.TextIOWrapper)."""

    def close(self) -> None:
        """Flush."""
        self.flush()

    def write(self, text: str) -> int:
        """Send whole lines, and keep what comes after the last for the next time."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._channel.is_mine():
            self._write_raw(text)
            return len(text)
        scope = current.get()
        name = None if scope is None else scope.name
        with self._shield, self._lock:
            whole = self._partial.pop(name, "") + text
            end = max(whole.rfind("\n"), whole.rfind("\r")) + 1
            if len(whole) - end > _LINE_CHARACTERS:
                end = len(whole)
            if end < len(whole):
                self._partial[name] = whole[end:]
            if end:
                self._send(name, whole[:end])
        return len(text)

    def flush(self) -> None:
        """Send what there is of unfinished lines."""
        if not self._channel.is_mine():
            return
        with self._shield, self._lock:
            self._flush_buffer()
            while self._partial:
                self._send(*self._partial.popitem())

    def _flush_buffer(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._original.flush()

    def _send(self, name: str | None, text: str) -> None:
        self._flush_buffer()
        for start in range(0, len(text), _MESSAGE_CHARACTERS):
            piece = text[start : start + _MESSAGE_CHARACTERS]
            try:
                message = {"type": "log", "id": name, "source": self._source, "text": piece}
                self._channel.send(self._channel.line(message))
            except OSError:
                self._write_raw(piece)

    def _write_raw(self, text: str) -> None:
        data = text.encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self.fileno(), data) :]
