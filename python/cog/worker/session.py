"""One life of the worker: setup, then predictions, until the server closes the socket.

The user's code runs in the main thread, one prediction at a time (cog.worker.sequential) or, when
it is async, as tasks (cog.worker.concurrent); a second thread reads what concerns those that run.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import Any

from cog import scope
from cog.version import __version__
from cog.worker.channel import Channel, Receiver
from cog.worker.interrupt import Interrupt
from cog.worker.model import Model
from cog.worker.sequential import Sequential
from cog.worker.streams import LogStream
from cog.worker.work import Streams, Work, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.worker.concurrent import Concurrent

# What atexit functions and threads that do not end may take when the worker ends.
_EXIT_SECONDS = 3


class Session:
    """Owns the channel and the model. run() returns the exit status of the worker."""

    def __init__(self, channel: Channel, control: Receiver, interrupt: Interrupt) -> None:
        self._channel = channel
        self._control = control
        self._interrupt = interrupt
        shield = interrupt.shield
        self._streams: Streams = (
            LogStream("stdout", channel, shield),
            LogStream("stderr", channel, shield),
        )
        self._runner: Sequential | Concurrent | None = None
        self._model: Model | None = None

    def run(self, reference: str, folder: str, training: bool) -> int:
        """Serve until the server hangs up; 1 when setup failed."""
        sys.stdout, sys.stderr = self._streams
        threading.Thread(target=self._listen, daemon=True).start()
        self._set_up(reference, folder, training)
        if self._runner is not None:
            self._runner.run(
                self._channel,
                lambda message: Work(message, self._channel, self._streams, folder),
            )
        status = int(self._runner is None)
        threading.Thread(target=_end, args=(status,), daemon=True).start()
        return status

    def _listen(self) -> None:
        """Read messages, in the second thread; without a server there is nothing left to do."""
        with contextlib.suppress(OSError):
            while (messages := self._control.receive()) is not None:
                for message in messages:
                    self._handle(message)
        if scope.running or self._runner is None:
            os.kill(os.getpid(), signal.SIGTERM)
        _end(1)

    def _handle(self, message: dict[str, Any]) -> None:
        assert self._runner is not None
        match message["type"]:
            case "cancel":
                self._runner.cancel(message["number"])
            case "healthcheck":
                threading.Thread(target=self._check_health, daemon=True).start()

    def _check_health(self) -> None:
        """Ask the model, beside the predictions. What it prints is of none of them."""
        assert self._model is not None
        scope.current.set(scope.Scope())
        error = None
        try:
            if not self._model.healthcheck():
                error = "user-defined healthcheck returned False"
        except BaseException as failure:
            error = report(failure, self._streams[1])
        with contextlib.suppress(OSError):
            self._channel.send(self._channel.line({"type": "health", "error": error}))

    def _set_up(self, reference: str, folder: str, training: bool) -> None:
        error = None
        answer: dict[str, Any] = {"concurrency": 1, "healthcheck": False}
        try:
            model = Model(reference, training)
            model.setup(folder)
            self._runner = self._make_runner(model)
            self._model = model
            answer = {"concurrency": model.concurrency, "healthcheck": model.has_healthcheck}
        except BaseException as failure:
            error = report(failure, self._streams[1])
        for stream in self._streams:
            stream.flush()
        version = {"python": sys.version.split()[0], "python_sdk": __version__}
        message = {"type": "setup", "error": error, "version": version, **answer}
        self._channel.send(self._channel.line(message))

    def _make_runner(self, model: Model) -> "Sequential | Concurrent":
        if not model.is_async:
            return Sequential(model, self._interrupt)
        # Imports asyncio, half of what a worker imports.
        from cog.worker.concurrent import Concurrent

        return Concurrent(model)


def _end(status: int) -> None:
    """End the process if it does not do so by itself: a thread of the user's may not let it, or a
    signal handler.
    """
    time.sleep(_EXIT_SECONDS)
    os._exit(status)
