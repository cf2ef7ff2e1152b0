"""Base classes of a model, and the decorators of its predict() or run(). Inheriting is optional:
any class with predict() or run() will do.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class BaseRunner:
    """A model: setup() runs once, when the worker starts; run() runs once for every prediction."""

    def setup(self) -> Awaitable[None] | None:
        """Load what predictions need: weights, sessions, caches. May be async."""
        return None

    # Values of type Any to type checkers, so that a subclass may give its method any parameters.
    run: Any
    predict: Any


class BasePredictor(BaseRunner):
    """The older name of BaseRunner; its method is called predict()."""


def streaming(function: F) -> F:
    """Say that clients may follow the output as it is made (`x-cog-streaming`)."""
    return function


def concurrent(*, max: int) -> Callable[[F], F]:
    """Say that an async predict() may run up to `max` times at once (`x-cog-concurrency`)."""
    if max < 1:
        raise ValueError(f"@concurrent(max={max}) allows no prediction")
    return lambda function: function
