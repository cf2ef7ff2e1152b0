"""One life of the worker: setup, then predictions one at a time, until the server closes the
socket.

The user's code runs in the main thread, where signals, event loops and GPU libraries expect to
be; a second thread reads messages. A cancellation is a signal to the main thread, because only
that interrupts a sleep or a blocking read; its handler raises CancelationException while, and
only while, the user's code is running.
"""

import contextlib
import os
import platform
import queue
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from cog.coercion import arguments
from cog.encoding import encode
from cog.exceptions import CancelationException
from cog.version import __version__
from cog.worker.channel import Channel
from cog.worker.model import Model

CANCEL_SIGNAL = signal.SIGUSR1


class Session:
    """Owns the channel and the model. run() returns the exit status of the worker."""

    def __init__(self, channel: Channel, reference: str) -> None:
        self._channel = channel
        self._reference = reference
        self._model: Model | None = None
        self._requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._main = threading.get_ident()
        self._lock = threading.Lock()
        self._current = ""
        self._cancelled = ""
        self._interruptible = False
        self._idle = False
        self._flush_c = _c_flusher()

    def run(self) -> int:
        """Serve until the server hangs up; 1 when setup failed."""
        signal.signal(CANCEL_SIGNAL, self._on_cancel)
        threading.Thread(target=self._listen, daemon=True).start()
        model = self._set_up()
        if model is None:
            return 1
        while (request := self._next()) is not None:
            self._serve(model, request)
        return 0

    def _listen(self) -> None:
        """Read messages, in the second thread; without a server there is nothing left to do."""
        with contextlib.suppress(OSError):
            for message in self._channel.messages():
                if message["type"] == "predict":
                    # A cancellation that came too late is not for the next one of the same id.
                    self._cancelled = ""
                    self._requests.put(message)
                else:
                    self._cancel(message["id"])
        self._requests.put(None)
        if not self._idle:
            os.kill(os.getpid(), signal.SIGTERM)

    def _cancel(self, prediction: str) -> None:
        with self._lock:
            self._cancelled = prediction
            if self._current == prediction:
                signal.pthread_kill(self._main, CANCEL_SIGNAL)

    def _on_cancel(self, number: int, frame: FrameType | None) -> None:
        if not self._interruptible:
            return
        if self._model is None or not self._model.interrupt():
            self._raise_if_cancelled()

    def _raise_if_cancelled(self) -> None:
        if self._cancelled == self._current:
            self._cancelled = ""
            raise CancelationException

    def _next(self) -> dict[str, Any] | None:
        self._idle = True
        request = self._requests.get()
        self._idle = False
        return request

    def _set_up(self) -> Model | None:
        error = None
        try:
            self._model = Model(self._reference)
            self._model.setup()
        except BaseException as failure:
            error = _report(failure)
        version = {"python": platform.python_version(), "python_sdk": __version__}
        self._send({"type": "setup", "error": error, "version": version})
        return self._model if error is None else None

    def _serve(self, model: Model, request: dict[str, Any]) -> None:
        with self._lock:
            self._current = request["id"]
        status, error, started = "succeeded", None, time.perf_counter()
        try:
            self._predict(model, request)
        except CancelationException:
            status = "canceled"
        except BaseException as failure:
            # Async code sees a cancellation as asyncio.CancelledError.
            status = "canceled" if self._cancelled == self._current else "failed"
            error = _report(failure) if status == "failed" else None
        seconds = time.perf_counter() - started
        with self._lock:
            self._current = ""
        shutil.rmtree(request["folder"], ignore_errors=True)
        self._send(
            {"type": "completed", "id": request["id"], "status": status, "error": error}
            | {"metrics": {"predict_time": seconds}}
        )

    def _predict(self, model: Model, request: dict[str, Any]) -> None:
        try:
            self._interruptible = True
            self._raise_if_cancelled()
            values = arguments(model.parameters, request["input"], request["folder"])
            output = model.predict(values)
            if _is_iterator(output):
                self._stream(request["id"], output)
            else:
                self._shielded({"type": "output", "id": request["id"], "value": encode(output)})
        finally:
            self._interruptible = False

    def _stream(self, prediction: str, items: Iterator[Any]) -> None:
        self._shielded({"type": "output", "id": prediction, "value": []})
        try:
            for item in items:
                self._shielded({"type": "chunk", "id": prediction, "value": encode(item)})
        finally:
            # A generator's own `finally` must run now, not when it happens to be collected.
            getattr(items, "close", lambda: None)()

    def _shielded(self, message: dict[str, Any]) -> None:
        """Send from inside a prediction: half a message, cut by a cancellation, would end the
        conversation.
        """
        self._interruptible = False
        self._send(message)
        self._interruptible = True
        self._raise_if_cancelled()

    def _send(self, message: dict[str, Any]) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        self._flush_c()
        self._channel.send(message)


def _is_iterator(output: Any) -> bool:
    # An open file is an iterator over its lines, but means its contents.
    return hasattr(output, "__next__") and not hasattr(output, "read")


def _report(failure: BaseException) -> str:
    """Print the traceback, from the user's first frame on, and return one line for the answer."""
    frames = failure.__traceback__
    while frames is not None and _is_ours(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    traceback.print_exception(type(failure), failure, frames)
    text = str(failure)
    return text if text and isinstance(failure, Exception) else f"{type(failure).__name__}({text})"


def _is_ours(file: str) -> bool:
    return file.startswith((os.path.dirname(os.path.dirname(__file__)), "<frozen importlib"))


def _c_flusher() -> Callable[[], object]:
    """Return a function that empties C's stdio buffers: printf to a pipe would otherwise wait for
    4 KiB.
    """
    try:
        import ctypes

        fflush = ctypes.CDLL(None).fflush
    except (ImportError, OSError, AttributeError):
        return lambda: None
    return lambda: fflush(None)
