"""Prints and returns as much as it is told."""

import os
import time
from collections.abc import Iterator

import cog

LINE = "x" * 9_999


def flood(size: int) -> None:
    for _ in range(size // 10_000):
        print(LINE)


class Predictor(cog.BasePredictor):
    """One output."""

    def setup(self) -> None:
        flood(int(os.environ.get("SETUP_LOGS", "0")))

    def predict(self, output: int = 0, logs: int = 0, text: str = "") -> str:
        flood(logs)
        return "y" * output


class Events(cog.BasePredictor):
    """Outputs one by one."""

    @cog.streaming
    def predict(self, size: int, count: int, gate: str = "") -> Iterator[str]:
        for _ in range(count):
            yield "z" * size
        while gate and not os.path.exists(gate):
            time.sleep(0.01)
