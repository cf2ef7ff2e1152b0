"""Imports that depend on what is there."""

import sys
import typing

try:
    from enum import StrEnum
except ImportError:
    from strenum import StrEnum

try:
    import absent
except ImportError:
    absent = None

if sys.version_info >= (3, 10):
    from typing import Optional as Maybe
else:
    Maybe = None

if sys.version_info < (3, 8):
    LEVELS = ["old"]
elif typing.TYPE_CHECKING:
    LEVELS: list[str]
else:
    LEVELS = ["low", "high"]

from cog import BasePredictor, Input


class Color(StrEnum):
    RED = "red"
    GREEN = "green"


class Predictor(BasePredictor):
    def predict(
        self,
        color: Color = Color.RED,
        level: Maybe[str] = None,
        name: str = Input(choices=LEVELS, default="low"),
        other: str = Input(choices=list(Color), default=Color.GREEN),
    ) -> str:
        return name


if __name__ == "__main__":
    LEVELS = []
    Color = str
