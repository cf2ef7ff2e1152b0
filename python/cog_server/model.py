"""The model as the server offers it: its state, its setup, the prediction that is running, and a
worker kept alive.

A worker that dies takes the running prediction with it, which fails with the reason; a new worker
is started after a pause that doubles from crash to crash and starts again from the shortest once
a prediction succeeds.
"""

import asyncio
import contextlib
import enum
import logging
import shutil
import signal
import tempfile
from collections.abc import Callable
from typing import Any

from cog_server import log
from cog_server.prediction import Prediction, now
from cog_server.settings import Settings
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


class Setup:
    """The last setup: times, outcome and what was printed."""

    def __init__(self) -> None:
        self.started_at = now()
        self.completed_at: str | None = None
        self.status = "starting"
        self.logs: list[str] = []

    def finish(self, status: str) -> None:
        """Set the outcome, succeeded or failed."""
        self.status = status
        self.completed_at = now()

    def answer(self) -> dict[str, Any]:
        """Return it in the form of /health-check."""
        return {
            "started_at": self.started_at,
            "completed_at": self.completed_at,
            "status": self.status,
            "logs": "".join(self.logs),
        }


class Model:
    """Owns the worker and keeps it alive from start() to stop(). Each change of its state is told
    to `on_state`.
    """

    concurrency = 1

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: Worker | None = None
        self._current: Prediction | None = None
        self._crashes = 0
        self._stopping = False
        self._folder = self._inputs = ""
        self._task: asyncio.Task[None] | None = None
        self.version: dict[str, str] = {}
        self._state = State.STARTING
        self.on_state: list[Callable[[State], None]] = []
        self.setup = Setup()

    @property
    def state(self) -> State:
        """What /health-check says."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        for listener in self.on_state:
            listener(state)

    @property
    def running(self) -> int:
        """How many predictions the worker has."""
        return int(self._current is not None)

    async def healthcheck(self) -> str | None:
        """Ask the user's own health check; returns what is wrong."""
        return None

    def start(self) -> None:
        """Start the worker in the background, and again whenever it dies, until setup fails."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="cog-", ignore_cleanup_errors=True) as self._folder:
            while not self._stopping:
                await self._run_worker()
                if self.state in (State.SETUP_FAILED, State.DEFUNCT) or self._stopping:
                    break
                doublings = min(self._crashes, 10)
                pause = min(FIRST_PAUSE_SECONDS * 2**doublings, LAST_PAUSE_SECONDS)
                self._crashes += 1
                log.event("worker is started again", pause_seconds=pause)
                await asyncio.sleep(pause)

    async def _run_worker(self) -> None:
        self.state, self.setup = State.STARTING, Setup()
        worker = Worker(self._on_message, self._on_log)
        limit = asyncio.create_task(self._limit_setup(worker))
        try:
            await worker.start(self._settings.worker_python)
            self._worker = worker
            status = await worker.wait()
        except OSError as error:
            self._setup_failed(f"cannot start {self._settings.worker_python}: {error.strerror}")
            return
        finally:
            limit.cancel()
            worker.kill()
            self._worker = None
        self._on_exit(_reason(status))

    async def _limit_setup(self, worker: Worker) -> None:
        if self._settings.setup_timeout is not None:
            await asyncio.sleep(self._settings.setup_timeout)
            if self.state is State.STARTING:
                self._setup_failed(f"setup took more than {self._settings.setup_timeout} s")
                worker.kill()

    def _setup_failed(self, why: str) -> None:
        self.state = State.SETUP_FAILED
        self.setup.finish("failed")
        self.setup.logs.append(f"{why}\n")
        log.event("setup failed", logging.ERROR, error=why)

    def _on_exit(self, reason: str) -> None:
        prediction, self._current = self._current, None
        if prediction is not None:
            shutil.rmtree(self._inputs, ignore_errors=True)
            prediction.finish("failed", f"the model's process ended: {reason}", {})
        if self._stopping or self.state is State.SETUP_FAILED:
            return
        log.event("worker ended", logging.ERROR, reason=reason)
        if self.state is State.STARTING:
            if self._crashes == 0:
                self._setup_failed(f"the model's process ended during setup: {reason}")
            elif self._crashes >= MAX_CRASHES:
                self.state = State.DEFUNCT
        else:
            self.state = State.STARTING

    def _on_log(self, text: str) -> None:
        if self._current is not None:
            self._current.add_log(text, "stdout")
            return
        log.model_output(text)
        if self.state is State.STARTING:
            self.setup.logs.append(text)

    def _on_message(self, message: dict[str, Any]) -> None:
        if message["type"] == "setup":
            self.version = message["version"]
            self._on_setup(message["error"])
            return
        prediction = self._current
        if prediction is None or prediction.id != message["id"]:
            return
        match message["type"]:
            case "output":
                if message["value"] == []:
                    prediction.begin_list()
                else:
                    prediction.set_output(message["value"])
            case "chunk":
                prediction.add_output(message["value"])
            case "completed":
                self._on_completed(prediction, message)

    def _on_setup(self, error: str | None) -> None:
        if self.state is not State.STARTING:
            return
        if error is not None:
            self._setup_failed(error)
        else:
            self.state = State.READY
            self.setup.finish("succeeded")
            log.event("model is ready")

    def _on_completed(self, prediction: Prediction, message: dict[str, Any]) -> None:
        self._current = None
        if message["status"] == "succeeded":
            self._crashes = 0
        prediction.finish(message["status"], message["error"], message["metrics"])
        self.state = State.READY

    def predict(self, prediction: Prediction) -> None:
        """Hand a prediction to the worker; Unavailable when there is none free."""
        if self._current is not None:
            raise Unavailable("a prediction is already running", busy=True)
        if self.state is not State.READY or self._worker is None or self._stopping:
            raise Unavailable(f"the model is not ready: {self.state.value}", busy=False)
        self._current = prediction
        self.state = State.BUSY
        prediction.start()
        self._inputs = tempfile.mkdtemp(dir=self._folder)
        request = {"id": prediction.id, "input": prediction.input, "folder": self._inputs}
        self._worker.send({"type": "predict", **request})

    def cancel(self, identifier: str) -> bool:
        """Ask the worker to cancel; False when no prediction of that id is running."""
        if self._current is None or self._current.id != identifier or self._worker is None:
            return False
        self._worker.send({"type": "cancel", "id": identifier})
        return True

    async def stop(self) -> None:
        """End the worker; a prediction that still runs fails."""
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


def _reason(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"killed by {name}"
