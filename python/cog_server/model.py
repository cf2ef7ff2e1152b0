"""The model as the server offers it: its state, its setup, the predictions that are running, and a
worker kept alive.

A worker that dies takes the running predictions with it, which fail with the reason; a new worker
is started after a pause that doubles from crash to crash and starts again from the shortest once
a prediction succeeds.
"""

import asyncio
import contextlib
import enum
import itertools
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from typing import Any

from cog_server import log
from cog_server.health import Health
from cog_server.prediction import Prediction
from cog_server.settings import Settings
from cog_server.setup import Setup
from cog_server.worker import Worker

FIRST_PAUSE_SECONDS = 0.1
LAST_PAUSE_SECONDS = 30.0
# After so many crashes without a success, one more during setup ends the attempts.
MAX_CRASHES = 5
# How long the worker may take to end by itself once it is told to.
WORKER_EXIT_SECONDS = 5


class State(enum.Enum):
    """What /health-check says."""

    STARTING = "STARTING"
    READY = "READY"
    BUSY = "BUSY"
    SETUP_FAILED = "SETUP_FAILED"
    DEFUNCT = "DEFUNCT"


class Unavailable(Exception):
    """The model cannot take a prediction now; `busy` tells running ones from missing ones."""

    def __init__(self, text: str, busy: bool) -> None:
        super().__init__(text)
        self.busy = busy


class Model:
    """Owns the worker and keeps it alive from start() to stop(). Each change of its state is told
    to `on_state`. `concurrency` is how many predictions may run at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: Worker | None = None
        self._running: dict[str, Prediction] = {}
        self._number: dict[str, int] = {}
        self._health: Health | None = None
        self._crashes = 0
        self._numbers = itertools.count()
        self._stopping = False
        self._folder = ""
        self._task: asyncio.Task[None] | None = None
        self._state = State.STARTING
        self.on_state: list[Callable[[State], None]] = []
        self.version: dict[str, str] = {}
        self.concurrency = 1
        self.setup = Setup(settings.max_logs)

    @property
    def state(self) -> State:
        """What /health-check says."""
        return self._state

    @property
    def running(self) -> int:
        """How many predictions the worker has."""
        return len(self._running)

    def _enter(self, state: State) -> None:
        if state in (State.READY, State.BUSY):
            state = State.BUSY if self.running >= self.concurrency else State.READY
        if state is not self._state:
            self._state = state
            for listener in self.on_state:
                listener(state)

    def start(self) -> None:
        """Start the worker in the background, and again whenever it dies, until setup fails."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            self._folder = tempfile.mkdtemp(prefix="cog-")
        except OSError as error:
            fix = "give the container one: --tmpfs /tmp"
            self._setup_failed(f"no folder for temporary files ({error.strerror}); {fix}")
            return
        try:
            while not self._stopping:
                await self._run_worker()
                if self.state in (State.SETUP_FAILED, State.DEFUNCT) or self._stopping:
                    break
                doublings = min(self._crashes, 10)
                pause = min(FIRST_PAUSE_SECONDS * 2**doublings, LAST_PAUSE_SECONDS)
                self._crashes += 1
                log.event("worker is started again", pause_seconds=pause)
                await asyncio.sleep(pause)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _run_worker(self) -> None:
        self._enter(State.STARTING)
        self.setup = Setup(self._settings.max_logs)
        worker = Worker(self._folder, self._on_message, self._on_log)
        limit = asyncio.create_task(self._limit_setup(worker))
        mode = ["--train"] if self._settings.training else []
        try:
            await worker.start(self._settings.worker_python, *mode, self._settings.model)
            self._worker = worker
            status = await worker.wait()
        except OSError as error:
            self._setup_failed(f"cannot start {self._settings.worker_python}: {error.strerror}")
            return
        finally:
            limit.cancel()
            worker.kill()
            self._worker = None
        _empty(self._folder)
        self._on_exit(status)

    async def _limit_setup(self, worker: Worker) -> None:
        if self._settings.setup_timeout is not None:
            await asyncio.sleep(self._settings.setup_timeout)
            if self.state is State.STARTING:
                self._setup_failed(f"setup took more than {self._settings.setup_timeout} s")
                worker.kill()

    def _setup_failed(self, why: str) -> None:
        self._enter(State.SETUP_FAILED)
        self.setup.finish("failed")
        self.setup.logs.add(f"{why}\n")
        log.event("setup failed", logging.ERROR, error=why)

    def _on_exit(self, status: int) -> None:
        reason = _reason(status)
        predictions, self._running, self._number = list(self._running.values()), {}, {}
        if self._health is not None:
            self._health.set(None)
        if not self._stopping and self.state is not State.SETUP_FAILED:
            if status == -signal.SIGKILL:  # and not by this server
                reason += ", most likely because memory ran out"
            log.event("worker ended", logging.ERROR, reason=reason)
            self._after_crash(reason)
        for prediction in predictions:
            prediction.finish("failed", f"the model's process ended: {reason}", {})

    def _after_crash(self, reason: str) -> None:
        if self.state is not State.STARTING:
            self._enter(State.STARTING)
        elif self._crashes == 0:
            self._setup_failed(f"the model's process ended during setup: {reason}")
        elif self._crashes >= MAX_CRASHES:
            self._enter(State.DEFUNCT)

    def _on_log(self, text: str, source: str, identifier: str | None = None) -> None:
        """Add to the prediction of that id; without one, to the only one that runs."""
        prediction = None
        if identifier is not None:
            prediction = self._running.get(identifier)
        elif len(self._running) == 1:
            [prediction] = self._running.values()
        if prediction is not None:
            prediction.add_log(text, source)
            return
        log.model_output(text)
        if self.state is State.STARTING:
            self.setup.logs.add(text)

    def _on_message(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "setup":
                self._on_setup(message)
            case "log":
                self._on_log(message["text"], message["source"], message["id"])
            case "health":
                if self._health is not None:
                    self._health.set(message["error"])
            case _:
                prediction = self._running.get(message["id"])
                if prediction is not None:
                    self._on_progress(prediction, message)

    def _on_progress(self, prediction: Prediction, message: dict[str, Any]) -> None:
        match message["type"]:
            case "output":
                prediction.set_output(message["value"])
            case "list":
                prediction.begin_list()
            case "chunk":
                prediction.add_output(message["value"])
            case "metric":
                prediction.set_metric(message["name"], message["value"], message["mode"])
            case "completed":
                self._on_completed(prediction, message)

    def _on_setup(self, message: dict[str, Any]) -> None:
        self.version = message["version"]
        if self.state is not State.STARTING:
            return
        if message["error"] is not None:
            self._setup_failed(message["error"])
            return
        self.concurrency = message["concurrency"]
        self._health = Health() if message["healthcheck"] else None
        self.setup.finish("succeeded")
        self._enter(State.READY)
        log.event("model is ready", slots=self.concurrency)

    def _on_completed(self, prediction: Prediction, message: dict[str, Any]) -> None:
        del self._running[prediction.id], self._number[prediction.id]
        if message["status"] == "succeeded":
            self._crashes = 0
        prediction.finish(message["status"], message["error"], message["metrics"])
        self._enter(State.READY)

    def predict(self, prediction: Prediction) -> None:
        """Hand a prediction to the worker; Unavailable when there is no slot free."""
        if self.state is State.BUSY:
            several = f"{self.running} predictions are already running"
            text = "a prediction is already running" if self.concurrency == 1 else several
            raise Unavailable(text, busy=True)
        if self.state is not State.READY or self._worker is None or self._stopping:
            raise Unavailable(f"the model is not ready: {self.state.value}", busy=False)
        if prediction.id in self._running:
            raise Unavailable(f"prediction {prediction.id} is already running", busy=True)
        self._running[prediction.id] = prediction
        self._enter(State.BUSY)
        prediction.start()
        number = self._number[prediction.id] = next(self._numbers)
        request = {"id": prediction.id, "number": number}
        request |= {"input": prediction.input, "context": prediction.context}
        self._worker.send({"type": "predict", **request})
        # It may be large, and the model has it now.
        prediction.input = {}

    def cancel(self, identifier: str) -> bool:
        """Ask the worker to cancel; False when no prediction of that id is running."""
        if identifier not in self._running or self._worker is None:
            return False
        self._worker.interrupt({"type": "cancel", "number": self._number[identifier]})
        return True

    async def healthcheck(self) -> str | None:
        """Ask the model's own health check, if it has one; returns what is wrong."""
        if self._health is None or self._worker is None:
            return None
        if self._health.begin():
            self._worker.interrupt({"type": "healthcheck"})
        return await self._health.wait()

    async def stop(self) -> None:
        """End the worker; predictions that still run fail."""
        self._stopping = True
        if self._task is None:
            return
        if self._worker is None:
            self._task.cancel()
        else:
            self._worker.hang_up()
            done, _ = await asyncio.wait([self._task], timeout=WORKER_EXIT_SECONDS)
            if not done and self._worker is not None:
                self._worker.kill()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


def _empty(folder: str) -> None:
    """Remove what a worker has left; it may have left nothing, not even the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.mkdir(folder, 0o700)


def _reason(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"killed by {name}"
