"""A generator of paths."""

from collections.abc import Generator

from cog import BasePredictor, Path


class Predictor(BasePredictor):
    def predict(self, n: int) -> Generator[Path, None, None]:
        yield Path("a")
