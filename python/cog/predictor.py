"""Base classes of a model, and the decorators of its predict() or run(). Inheriting is optional:
any class with predict() or run() will do.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from cog.scope import Mode, Scope

F = TypeVar("F", bound=Callable[..., Any])


class BaseRunner:
    """A model: setup() runs once, when the worker starts; run() runs once for every prediction.

    A method healthcheck() that returns a bool, if there is one, is asked with /health-check.
    """

    # Values of type Any to type checkers, so that a subclass may give its methods any parameters.
    run: Any
    predict: Any
    if TYPE_CHECKING:
        setup: Any
    else:

        def setup(self) -> Awaitable[None] | None:
            """Load what predictions need: weights, sessions, caches. May be async."""
            return None

    @property
    def scope(self) -> "Scope":
        """The prediction that runs (cog.current_scope)."""
        from cog.scope import current_scope

        return current_scope()

    def record_metric(self, key: str, value: Any, mode: "Mode" = "replace") -> None:
        """Record a metric of the prediction that runs: replace, incr or append."""
        self.scope.record_metric(key, value, mode)


class BasePredictor(BaseRunner):
    """The older name of BaseRunner; its method is called predict()."""


@overload
def streaming(function: F) -> F: ...


@overload
def streaming(function: None = None) -> Callable[[F], F]: ...


def streaming(function: F | None = None) -> F | Callable[[F], F]:
    """Say that clients may follow the output as it is made (`x-cog-streaming`): @streaming, or
    @streaming().
    """

    def mark(function: F) -> F:
        function.__cog_streaming__ = True  # type: ignore[attr-defined]
        return function

    return mark(function) if function else mark


@overload
def concurrent(function: F) -> F: ...


@overload
def concurrent(function: None = None, *, max: int = 1) -> Callable[[F], F]: ...


def concurrent(function: F | None = None, *, max: int = 1) -> F | Callable[[F], F]:
    """Say that an async predict() may run up to `max` times at once (`x-cog-concurrency`):
    @concurrent(max=4). Alone it says one at a time.
    """
    if max < 1:
        raise ValueError(f"@concurrent(max={max}) allows no prediction")

    def mark(function: F) -> F:
        function.__cog_concurrent__ = max  # type: ignore[attr-defined]
        return function

    return mark(function) if function else mark
