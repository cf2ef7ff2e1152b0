from enum import Enum, Flag, auto
from typing import Literal

class Mixed(Enum):
    A = "a"
    B = 2

class Made(Enum):
    A = object()

class Text(str, Enum):
    A = auto()

class Sub(Enum):
    A = 1.5

class Own(Enum):
    def __new__(cls, value): ...
    A = "a"

class Bits(Flag):
    A = 1

WORD = "a"

class Predictor:
    def predict(
        self, a: Mixed, b: Made, c: Text, d: Sub, e: Own, f: Bits, g: Literal["a", 1], h: Literal[WORD], i: Literal[True]
    ) -> str: ...
