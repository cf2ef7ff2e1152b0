"""Decorators that leave the parameters as they are."""

import functools
from collections.abc import Callable
from typing import Any

from cog import BasePredictor


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def named(name: str) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        function.name = name
        return function

    return decorate


class Predictor(BasePredictor):
    @classmethod
    @traced
    @functools.lru_cache
    @named("predict")
    def predict(cls, text: str, n: int = 1) -> str:
        return text * n
