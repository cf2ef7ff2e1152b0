"""Base classes of a model. Inheriting is optional: any class with predict() or run() will do."""

from collections.abc import Awaitable
from typing import Any


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
