"""What a model printed, kept within bounds: its beginning and its end, and how much is missing
between the two.
"""

LIMIT = 1 << 20
# Pieces that are kept one by one before they are joined.
_PIECES = 4096


class Logs:
    """One text that comes in pieces; at most `limit` characters of it are kept."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._half = limit // 2
        self._head: list[str] = []
        self._room = limit - self._half
        self._tail: list[str] = []
        self._held = 0
        self._dropped = 0

    def add(self, text: str) -> None:
        """Take the next piece."""
        if self._room:
            self._head.append(text[: self._room])
            text = text[self._room :]
            self._room -= len(self._head[-1])
            if len(self._head) > _PIECES:
                self._head = ["".join(self._head)]
        if text:
            self._tail.append(text)
            self._held += len(text)
            # Twice as much as is shown, so that little is copied for each piece.
            if self._held > 2 * self._half or len(self._tail) > _PIECES:
                self._cut()

    def _cut(self) -> None:
        """Drop all of the tail but what is shown."""
        text = "".join(self._tail)
        shown = text[max(len(text) - self._half, 0) :]
        self._dropped += len(text) - len(shown)
        self._tail = [shown]
        self._held = len(shown)

    def text(self) -> str:
        """Return what is kept; between the two parts stands a line that says what is not."""
        self._cut()
        missing = f"\n[{self._dropped} characters are not kept]\n" if self._dropped else ""
        return "".join([*self._head, missing, *self._tail])
