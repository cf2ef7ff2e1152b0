"""Secrets out of logs: each place where a secret input's value stands becomes stars."""

import re
from collections.abc import Iterable

STARS = "**********"
# Shorter values would be found by chance all over a log.
_SHORTEST = 4
# Of a secret that is cut at the end of a piece, so much is recognised.
_LONGEST_CUT = 1000


class Mask:
    """Masks one text that comes in pieces. An end of a piece that may begin a secret waits for the
    next piece.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        # Of two secrets that begin alike the longer one must be tried first.
        long = {secret for secret in secrets if len(secret) >= _SHORTEST}
        self._secrets = sorted(long, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._secrets)))
        self._held = ""

    def feed(self, text: str) -> str:
        """Take the next piece; returns what can be shown now."""
        if not self._secrets:
            return text
        text = self._held + text
        cut = self._cut(text)
        self._held = text[cut:]
        return self.whole(text[:cut])

    def flush(self) -> str:
        """Return what is left at the end."""
        text, self._held = self._held, ""
        return self.whole(text)

    def whole(self, text: str) -> str:
        """Mask a text that is complete."""
        return self._pattern.sub(STARS, text) if self._secrets else text

    def _cut(self, text: str) -> int:
        """Return where the last secret begins that may go on in the next piece; not inside of one
        that is complete.
        """
        size = min(len(self._secrets[0]) - 1, _LONGEST_CUT)
        inside = {
            place
            for match in self._pattern.finditer(text)
            for place in range(match.start() + 1, match.end())
            if place >= len(text) - size
        }
        for place in range(max(len(text) - size, 0), len(text)):
            end = text[place:]
            if place not in inside and any(
                len(end) < len(secret) and secret.startswith(end) for secret in self._secrets
            ):
                return place
        return len(text)
