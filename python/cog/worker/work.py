"""One prediction in the worker: its scope, and the messages that tell of it."""

import contextlib
import os
import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from cog import scope
from cog.coercion import arguments
from cog.encoding import encode
from cog.signature import Parameter
from cog.worker.channel import Channel
from cog.worker.streams import LogStream

Streams = tuple[LogStream, LogStream]


class Work:
    """A request and what becomes of it. Files of inputs are in a folder of its own in `folder`."""

    def __init__(
        self, request: dict[str, Any], channel: Channel, streams: Streams, folder: str
    ) -> None:
        self.id: str = request["id"]
        self.number: int = request["number"]
        self._input = request["input"]
        self._folder = os.path.join(folder, str(self.number))
        self._channel = channel
        self._held: list[bytes] = []
        self._streams = streams
        self._scope = scope.Scope(request["context"], self._record, self.id)
        self._started = time.perf_counter()

    def arguments(self, parameters: Sequence[Parameter]) -> dict[str, Any]:
        """Return what predict() is called with; may download files."""
        return arguments(parameters, self._input, self._folder)

    @contextlib.contextmanager
    def current(self) -> Iterator[None]:
        """Be what the user's code finds as current_scope(), and what it prints belongs to."""
        self._started = time.perf_counter()
        scope.running[self.id] = self._scope
        token = scope.current.set(self._scope)
        try:
            yield
        finally:
            scope.current.reset(token)
            del scope.running[self.id]

    def output(self, value: Any) -> None:
        """Set the whole output, to be told together with the end."""
        self._held.append(self._line("output", value=encode(value)))

    def begin_list(self) -> None:
        """Tell that outputs come one by one."""
        self._send("list")

    def add_output(self, value: Any) -> None:
        """Tell one more."""
        self._send("chunk", value=encode(value))

    def complete(self, status: str, failure: BaseException | None) -> None:
        """Tell the end; `failure` is what a failed one ended with."""
        seconds = time.perf_counter() - self._started
        error = None if failure is None else report(failure, self._streams[1])
        if os.path.exists(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
        metrics = {**self._scope.metrics, "predict_time": seconds}
        self._send("completed", status=status, error=error, metrics=metrics)

    def _record(self, name: str, value: Any, mode: str) -> None:
        self._send("metric", name=name, value=encode(value), mode=mode)

    def _send(self, kind: str, **members: Any) -> None:
        line = self._line(kind, **members)
        for stream in self._streams:
            stream.flush()
        self._channel.send(*self._held, line)

    def _line(self, kind: str, **members: Any) -> bytes:
        return self._channel.line({"type": kind, "id": self.id, **members})


def is_iterator(output: Any) -> bool:
    """Whether these are outputs one by one."""
    # An open file is an iterator over its lines, but means its contents.
    return hasattr(output, "__next__") and not hasattr(output, "read")


def report(failure: BaseException, stream: LogStream) -> str:
    """Print the traceback, from the user's first frame on, and return one line for the answer."""
    frames = failure.__traceback__
    while frames is not None and _is_ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    with contextlib.suppress(Exception):
        traceback.print_exception(type(failure), failure, frames, file=stream)
    try:
        text = str(failure)
    except Exception:
        text = ""
    return text if text and isinstance(failure, Exception) else f"{type(failure).__name__}({text})"


def _is_ours(file: str) -> bool:
    return file.startswith((os.path.dirname(os.path.dirname(__file__)), "<frozen importlib"))
