"""What users write: type checkers have nothing to say about it, but for the last lines."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import cog
from cog import (
    AsyncConcatenateIterator,
    BaseModel,
    BasePredictor,
    BaseRunner,
    ConcatenateIterator,
    File,
    Input,
    Path,
    Secret,
    current_scope,
)
from cog.coder import Coder
from cog.exceptions import CancelationException


class Output(BaseModel):
    label: str
    score: float = 0.5


class Predictor(BasePredictor):
    def setup(self, weights: Path | None) -> None:
        self.scale = 2.0

    def predict(
        self,
        image: Path,
        size: int = Input(default=64, ge=1, le=128, description="Pixels"),
        mode: Literal["fast", "exact"] = "fast",
        token: Secret = Input(default=None),
        names: list[str] = Input(default=[]),
        document: File = Input(default=None),
    ) -> Output:
        self.record_metric("size", size)
        self.scope.metrics["scale"] = self.scale
        try:
            text: str = token.get_secret_value() + image.read_text() + str(document.read())
        except CancelationException:
            raise
        return Output(label=text, score=self.scale)


class Runner(BaseRunner):
    async def setup(self) -> None:
        self.context: dict[str, str] = current_scope().context

    @cog.concurrent(max=4)
    @cog.streaming
    async def run(self, text: str) -> AsyncIterator[str]:
        yield text

    def healthcheck(self) -> bool:
        return True


class Pieces(BaseRunner):
    def run(self, text: str) -> ConcatenateIterator[str]:
        yield text


class AsyncPieces(BaseRunner):
    async def run(self, text: str) -> AsyncConcatenateIterator[str]:
        yield text


class Plain:
    def predict(self, count: int) -> Iterator[Path]:
        for number in range(count):
            yield Path(f"/tmp/{number}.png")


class Point:
    x = 0


class PointCoder(Coder):
    @staticmethod
    def factory(tpe: Any) -> Coder | None:
        return PointCoder() if tpe is Point else None

    def encode(self, x: Any) -> dict[str, Any]:
        return {"x": x.x}

    def decode(self, x: dict[str, Any]) -> Point:
        point = Point()
        point.x = x["x"]
        return point


Coder.register(PointCoder)
