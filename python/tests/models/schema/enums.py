"""Enum and Literal as inputs and outputs."""

import enum
from enum import Enum, IntEnum, auto
from typing import Literal, Optional

from cog import BasePredictor, Input


class Mode(str, Enum):
    FAST = "fast"
    BEST = "best"
    QUICK = "fast"


class Size(IntEnum):
    SMALL = 1
    LARGE = auto()
    HUGE = 8


class Plain(enum.Enum):
    """A function is no member."""

    RED = "red"
    BLUE: str = "blue"

    def shout(self) -> str:
        return self.value.upper()


class Base(str, Enum):
    @classmethod
    def values(cls) -> list[str]:
        return [item.value for item in cls]


class Derived(Base):
    ONE = "one"
    TWO = "two"


Unit = Literal["px", "cm"]
Three = Literal[Unit, "mm"]


class Predictor(BasePredictor):
    def predict(
        self,
        mode: Mode,
        size: Size = Size.LARGE,
        plain: Plain = Plain.BLUE,
        derived: Derived = Input(default=Derived.TWO, description="A choice"),
        maybe: Optional[Mode] = None,
        unit: Unit = "px",
        three: Three = "mm",
        level: Literal[1, 2, -3] = 1,
        nullable: Literal["a", None] = None,
        several: list[Mode] = [Mode.FAST],
        status: Mode = Mode("best"),
        Status: Literal["a", "b"] = "a",
        by_name: Mode = Mode["FAST"],
        table: dict[str, Unit] = {"a": "px"},
    ) -> Mode:
        return mode
