"""Dataclasses, with all that is no field of them."""

import dataclasses
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, Optional, TypedDict


class Meta(TypedDict):
    width: int


class Mixin:
    hidden: int = 3


@dataclass
class Base:
    first: int
    shared: str = "a"


@dataclasses.dataclass(frozen=False)
class Result(Mixin, Base):
    second: list[str] = field(default_factory=list)
    third: float = field(default=0.5)
    meta: Optional[Meta] = None
    count: ClassVar[int] = 0
    scale: InitVar[int] = 1
    _: KW_ONLY
    last: int
    shared: str = "b"


class Predictor:
    @staticmethod
    def predict(text: str) -> Result:
        return Result(1, last=2)
