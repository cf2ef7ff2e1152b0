"""What tests/bench-server measures: predictions that do nothing, in four ways."""

from collections.abc import Iterator

import cog


class Empty(cog.BasePredictor):
    """One at a time."""

    def predict(self, text: str = "") -> str:
        return text


class Crowd(cog.BasePredictor):
    """Many at once."""

    @cog.concurrent(max=64)
    async def predict(self, text: str = "") -> str:
        return text


class Stream(cog.BasePredictor):
    """Chunks as fast as they go out."""

    @cog.streaming
    def predict(self, chunks: int) -> Iterator[str]:
        for _ in range(chunks):
            yield "chunk"


class Large(cog.BasePredictor):
    """A long answer to a short question, and the other way round."""

    def predict(self, text: str = "", size: int = 0) -> str:
        return "x" * size if size else str(len(text))
