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
_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_MISSING: Any = object()
_MODES = {"replace": "replace", "incr": "increment", "append": "append"}


class Metrics(Mapping[str, Any]):
    """The metrics of a prediction by name. `metrics[name] = value` records one. A dot in a name
    leads into a dict: `timing.load` is the member `load` of the metric `timing`.
    """

    def __init__(self, emit: Emit | None = None) -> None:
        self._emit = emit
        self._values: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Any:
        found: Any = self._values
        for segment in name.split("."):
            if not isinstance(found, dict) or segment not in found:
                raise KeyError(name)
            found = found[segment]
        return found

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
            self._store(name, self._next(name, value, kind, mode))
            if self._emit is not None:
                self._emit(name, value, _MODES[mode])

    def _next(self, name: str, value: Any, kind: str, mode: Mode) -> Any:
        known = self.get(name, _MISSING)
        wanted = "list" if mode == "append" else kind
        if known is not _MISSING and _kind(name, known) != wanted:
            raise _mismatch(name, known, wanted)
        if mode == "append":
            return [value] if known is _MISSING else [*known, value]
        if mode == "replace":
            return value
        if kind != "number":
            raise TypeError(f"metric '{name}' can be incremented by a number only")
        return value if known is _MISSING else known + value

    def _store(self, name: str, value: Any) -> None:
        *above, last = name.split(".")
        values = self._values
        for depth, segment in enumerate(above, 1):
            below = values.get(segment, {})
            if not isinstance(below, dict):
                raise _mismatch(".".join(above[:depth]), below, "dict")
            # A copy: the dict may be the model's own.
            values[segment] = dict(below)
            values = values[segment]
        values[last] = value


def _mismatch(name: str, known: Any, wanted: str) -> TypeError:
    return TypeError(f"metric '{name}' is a {_kind(name, known)} and cannot become a {wanted}")


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError("the name of a metric must be a string")
    segments = name.split(".")
    what = f"metric name '{name[:_MAX_NAME]}'"
    if len(name) > _MAX_NAME:
        raise ValueError(f"{what} must have at most {_MAX_NAME} characters")
    if len(segments) > _MAX_SEGMENTS:
        raise ValueError(f"{what} must have at most {_MAX_SEGMENTS} segments")
    for segment in segments:
        _check_segment(f"{what}: the segment '{segment}'" if "." in name else what, segment)
    if name == "predict_time" or segments[0] == "cog":
        raise ValueError(f"{what} is reserved")


def _check_segment(what: str, segment: str) -> None:
    if not segment:
        raise ValueError(f"{what} must not be empty")
    if not _LETTER.match(segment):
        raise ValueError(f"{what} must start with a letter")
    if not _WORD.fullmatch(segment):
        raise ValueError(f"{what} must contain only letters, digits and underscores")
    if segment.endswith("_"):
        raise ValueError(f"{what} must end with a letter or digit")
    if "__" in segment:
        raise ValueError(f"{what} must not contain consecutive underscores")


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
