"""Secrets out of logs: each place where a secret input's value stands becomes stars."""

from collections.abc import Iterable

STARS = "**********"
# Shorter values would be found by chance all over a log.
_SHORTEST = 4


class Mask:
    """Masks one text that comes in pieces. An end of a piece that may begin a secret waits for the
    next piece.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        long = {secret for secret in secrets if len(secret) >= _SHORTEST}
        # Of two secrets that begin alike the longer one must go first.
        self._secrets = sorted(long, key=len, reverse=True)
        self._held = ""

    def feed(self, text: str) -> str:
        """Take the next piece; returns what can be shown now."""
        if not self._secrets:
            return text
        text = self.whole(self._held + text)
        keep = max(_overlap(text, secret) for secret in self._secrets)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """Return what is left at the end."""
        text, self._held = self._held, ""
        return text

    def whole(self, text: str) -> str:
        """Mask a text that is complete."""
        for secret in self._secrets:
            text = text.replace(secret, STARS)
        return text


def _overlap(text: str, secret: str) -> int:
    """Return how many of the last characters of `text` may begin `secret`."""
    for size in range(min(len(secret) - 1, len(text)), 0, -1):
        if text.endswith(secret[:size]):
            return size
    return 0
