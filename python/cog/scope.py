"""The prediction that is running, as the user's code sees it: current_scope().

It holds the request's context, a map of strings, and takes metrics, which the answer shows beside
predict_time. Under concurrency each prediction has its own, found through a context variable; a
thread that the user's code started has none, and gets that of the only prediction that runs.
"""

import contextvars
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

Mode = Literal["replace", "incr", "append"]
Emit = Callable[[str, Any, str], None]

_MAX_NAME = 128
_MAX_SEGMENTS = 4
_SEGMENT = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")
_MODES = {"replace": "replace", "incr": "increment", "append": "append"}


class Metrics(Mapping[str, Any]):
    """The metrics of a prediction by name. `metrics[name] = value` records one."""

    def __init__(self, emit: Emit | None = None) -> None:
        self._emit = emit
        self._values: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.record(name, value, "replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def record(self, name: str, value: Any, mode: Mode) -> None:
        """Set a metric, add to it or append to it; ValueError or TypeError when it is not one."""
        if mode not in _MODES:
            raise ValueError(f"metric mode {mode!r} is none of replace, incr, append")
        _check_name(name)
        kind = _kind(name, value)
        with self._lock:
            self._values[name] = self._next(name, value, kind, mode)
            if self._emit is not None:
                self._emit(name, value, _MODES[mode])

    def _next(self, name: str, value: Any, kind: str, mode: Mode) -> Any:
        if mode == "append":
            self._keep_kind(name, "list")
            return [*self._values.get(name, []), value]
        self._keep_kind(name, kind)
        if mode == "replace":
            return value
        if kind != "number":
            raise TypeError(f"metric '{name}' can be incremented by a number only")
        return self._values.get(name, 0) + value

    def _keep_kind(self, name: str, kind: str) -> None:
        if name in self._values and (known := _kind(name, self._values[name])) != kind:
            raise TypeError(f"metric '{name}' is a {known} and cannot become a {kind}")


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError("the name of a metric must be a string")
    segments = name.split(".")
    if len(name) > _MAX_NAME or len(segments) > _MAX_SEGMENTS:
        raise ValueError(
            f"metric '{name[:_MAX_NAME]}' has more than {_MAX_NAME} characters or "
            f"{_MAX_SEGMENTS} segments"
        )
    if "__" in name or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise ValueError(
            f"metric '{name}' is not a name: letters, digits and single underscores, between a "
            "letter and a letter or digit, in segments joined by dots"
        )
    if name == "predict_time" or segments[0] == "cog":
        raise ValueError(f"metric '{name}' is reserved")


def _kind(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueError(f"metric '{name}' must be finite")
        return "number"
    for kind, types in (("string", str), ("list", list | tuple), ("dict", dict)):
        if isinstance(value, types):
            return kind
    raise TypeError(
        f"metric '{name}' must be a number, string, list or dict, not {type(value).__qualname__}"
    )


class Scope:
    """One prediction: `context` of the request, `metrics` of the answer."""

    def __init__(
        self, context: dict[str, str] | None = None, emit: Emit | None = None, name: str = ""
    ) -> None:
        self.name = name
        self.context = context or {}
        self.metrics = Metrics(emit)

    def record_metric(self, key: str, value: Any, mode: Mode = "replace") -> None:
        """Set the metric `key` to `value` (replace), add to it (incr) or append to it (append)."""
        self.metrics.record(key, value, mode)


current: contextvars.ContextVar[Scope | None] = contextvars.ContextVar("scope", default=None)
# By the id of the prediction.
running: dict[str, Scope] = {}


def current_scope() -> Scope:
    """Return the scope of the prediction that runs; outside of one, a scope that reaches nobody."""
    scope = current.get()
    if scope is None:
        # list() is one step, and so safe while another prediction begins or ends.
        scopes = list(running.values())
        scope = scopes[0] if len(scopes) == 1 else None
    return scope or Scope()
