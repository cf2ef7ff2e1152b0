"""One prediction: what was asked, how far it is, what came out.

The model tells it what happens; it keeps the state for answers and tells its listeners: `start`,
`output` {chunk, index}, `log` {source, data}, `metric` {name, value, mode}, `completed`.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cog_server import log
from cog_server.body import Unencodable, encode
from cog_server.clock import now
from cog_server.logs import Logs
from cog_server.mask import Mask
from cog_server.payload import Payload
from cog_server.trace import Trace

Listener = Callable[[str, dict[str, Any]], None]


class Outbox(Protocol):
    """Changes outputs before they are shown, in their order, and may take its time."""

    error: str | None

    def put(self, value: Any, then: Callable[[Any], None]) -> None:
        """Take an output and, once it is ready, call `then` with what it has become."""

    def after(self, then: Callable[[], None]) -> None:
        """Call `then` once all that was put before is ready."""


def new_id() -> str:
    """Return an id that no other prediction has."""
    return f"pred_{secrets.token_hex(16)}"


@dataclass
class Prediction:
    """The state of one prediction. `done` is set when it has come to its end, whichever that is."""

    input: dict[str, Any]
    id: str = field(default_factory=new_id)
    context: dict[str, str] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)
    secrets: tuple[str, ...] = ()
    outbox: Outbox | None = None
    listeners: list[Listener] = field(default_factory=list)
    status: str = "starting"
    output: Any = None
    error: str | None = None
    logs: Logs = field(default_factory=Logs)
    metrics: dict[str, Any] = field(default_factory=dict)
    created_at: str = field(default_factory=now)
    started_at: str | None = None
    completed_at: str | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._masks: dict[str, Mask] = {}
        self._body: Payload | None = None
        self._clock: float | None = None
        self._seconds: float | None = None

    def start(self) -> None:
        """The worker has it."""
        self.status = "processing"
        self.started_at = now()
        self._clock = time.monotonic()
        log.event("prediction started", id=self.id, **self.trace.details())
        self._tell("start", {"id": self.id, "status": self.status})

    def set_output(self, value: Any) -> None:
        """Set the whole output."""
        self._put(value, self._set_output)

    def _set_output(self, value: Any) -> None:
        self.output = value
        self._tell("output", {"chunk": value, "index": 0})

    def begin_list(self) -> None:
        """Announce that the outputs come one by one; there may be none."""
        self.output = []
        self._body = None

    def add_output(self, value: Any) -> None:
        """Add one more output to the list."""
        self._put(value, self._add_output)

    def _add_output(self, value: Any) -> None:
        self.output.append(value)
        self._tell("output", {"chunk": value, "index": len(self.output) - 1})

    def _put(self, value: Any, then: Callable[[Any], None]) -> None:
        if self.outbox is None:
            then(value)
        else:
            self.outbox.put(value, then)

    def add_log(self, text: str, source: str) -> None:
        """Add what the model printed; `source` is stdout or stderr."""
        if source not in self._masks:
            self._masks[source] = Mask(self.secrets)
        self._log(self._masks[source].feed(text), source)

    def _log(self, text: str, source: str) -> None:
        if text:
            log.model_output(text)
            self.logs.add(text)
            self._tell("log", {"source": source, "data": text})

    def set_metric(self, name: str, value: Any, mode: str) -> None:
        """Record a metric; mode is replace, increment or append. A dot leads into an object."""
        *path, last = name.split(".")
        holder = self.metrics
        for segment in path:
            holder = holder.setdefault(segment, {})
        if mode == "increment":
            holder[last] = holder.get(last, 0) + value
        elif mode == "append":
            holder[last] = [*holder.get(last, []), value]
        else:
            holder[last] = value
        self._tell("metric", {"name": name, "value": value, "mode": mode})

    def finish(self, status: str, error: str | None, metrics: dict[str, Any]) -> None:
        """Set the end: succeeded, failed or canceled. `metrics` join those that are set."""
        if self.outbox is None:
            self._finish(status, error, metrics)
        else:
            self.outbox.after(lambda: self._finish(status, error, metrics))

    def _finish(self, status: str, error: str | None, metrics: dict[str, Any]) -> None:
        for source, mask in self._masks.items():
            self._log(mask.flush(), source)
        if self.outbox is not None and self.outbox.error is not None and status == "succeeded":
            status, error = "failed", self.outbox.error
        self.status = status
        self.error = error and Mask(self.secrets).whole(error)
        self.metrics |= metrics
        self.completed_at = now()
        self._body = self._last_body()
        if self._clock is not None:
            self._seconds = time.monotonic() - self._clock
        self.done.set()
        level = logging.ERROR if self.status == "failed" else logging.INFO
        log.event(
            f"prediction {self.status}",
            level,
            id=self.id,
            error=self.error,
            metrics=self.metrics,
            **self.trace.details(),
        )
        self._tell("completed", {})
        self.forget()

    def _last_body(self) -> Payload:
        try:
            text = encode(self.answer())
        except Unencodable as problem:
            self.status, self.error = "failed", f"the output {problem}"
            self.output, self.metrics = None, {}
            text = encode(self.answer())
        return Payload(text).settle()

    def seconds(self) -> float | None:
        """Return how long it took from start to end; None without both."""
        return self._seconds

    def _tell(self, name: str, data: dict[str, Any]) -> None:
        if name != "completed":
            self._body = None
        for listener in self.listeners:
            listener(name, data)

    def forget(self) -> None:
        """Let its listeners go when there is nothing more to tell. They know it, and it them: it
        would stay until somebody looks for circles.
        """
        self.listeners.clear()

    def answer(self) -> dict[str, Any]:
        """Return the PredictionResponse. Inputs are not repeated: they may be large, or secret."""
        return {
            "id": self.id,
            "status": self.status,
            "output": self.output,
            "error": self.error,
            "logs": self.logs.text(),
            "metrics": self.metrics,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "completed_at": self.completed_at,
        }

    def body(self) -> Payload:
        """Return the answer as JSON, made once for all who want it as long as nothing changes."""
        if self._body is None:
            try:
                text = encode(self.answer())
            except Unencodable:
                # So it will end, too, but that is not yet.
                text = encode(self.answer() | {"output": None, "metrics": {}})
            self._body = Payload(text).settle()
        return self._body
