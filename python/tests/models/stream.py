"""Outputs one by one; stops half-way when told to."""

from collections.abc import Iterator

from cog import BasePredictor, streaming


class Predictor(BasePredictor):
    @streaming
    def predict(self, count: int, fail_at: int = -1) -> Iterator[str]:
        for index in range(count):
            if index == fail_at:
                raise ValueError(f"no item {index}")
            yield f"item {index}"
