"""A folder without __init__.py."""

from abc import ABC
from typing import Generic, TypeVar

from cog import BasePredictor, Input

from .words import GREETINGS
from .words import greeting as default_greeting

T = TypeVar("T")


class Loader(ABC, Generic[T]):
    def load(self) -> None: ...


class Base(Loader[int], BasePredictor):
    DEFAULT = default_greeting

    def predict(self, word: str = Input(choices=GREETINGS, default=DEFAULT)) -> str:
        return word
