"""The server's side of the worker without HTTP: a Model with a real worker, for tests."""

import asyncio
import contextlib
import pathlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cog_server import settings
from cog_server.model import Model, State
from cog_server.prediction import Prediction
from tests.serving import DEADLINE_SECONDS, MODELS, PYTHON, WORKER_PYTHON

ENDS = (State.SETUP_FAILED, State.DEFUNCT)


class Running:
    """A model that is served; leaves nothing of it behind."""

    def __init__(self, model: Model, gates: pathlib.Path, work: pathlib.Path) -> None:
        self.model = model
        self._gates = gates
        self._work = work

    def files(self) -> list[pathlib.Path]:
        """Return the files that server and worker have made, and not removed."""
        return [path for path in self._work.rglob("*") if not path.is_dir()]

    def is_open(self, name: str) -> bool:
        """Whether a gate is open."""
        return (self._gates / f"{name}.open").exists()

    def open(self, *names: str) -> None:
        """Let the code that waits at a gate go on."""
        for name in names:
            (self._gates / f"{name}.open").touch()

    async def reached(self, *names: str) -> None:
        """Wait until the code is there."""
        await self.until(lambda: all((self._gates / f"{name}.reached").exists() for name in names))

    async def until(self, condition: Any) -> None:
        """Ask again and again until the answer is true; fails after a while."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not condition():
                await asyncio.sleep(0.01)

    async def ready(self) -> None:
        """Wait for READY."""
        await self.until(lambda: self.model.state is not State.STARTING)
        assert self.model.state is State.READY, self.model.setup.answer()

    def begin(self, identifier: str = "", **inputs: Any) -> Prediction:
        """Start a prediction."""
        prediction = Prediction(inputs, context={"who": identifier})
        prediction.id = identifier or prediction.id
        self.model.predict(prediction)
        return prediction

    async def end(self, prediction: Prediction) -> Prediction:
        """Wait for its end."""
        await asyncio.wait_for(prediction.done.wait(), DEADLINE_SECONDS)
        return prediction

    async def predict(self, **inputs: Any) -> Prediction:
        """Run one prediction."""
        return await self.end(self.begin(**inputs))


def logs(prediction: Prediction) -> str:
    """Return what it has printed."""
    return prediction.logs.text()


@contextlib.asynccontextmanager
async def running(
    monkeypatch: pytest.MonkeyPatch,
    tmp: pathlib.Path,
    reference: str,
    *arguments: str,
    python: str = WORKER_PYTHON,
) -> AsyncIterator[Running]:
    """Serve `reference`, of MODELS or of another folder, until the end of the block."""
    path = MODELS / reference
    gates = tmp / "gates"
    work = tmp / "work"
    for folder in (gates, work):
        folder.mkdir(exist_ok=True)
    monkeypatch.chdir(path.parent)
    for name, value in {
        "PYTHONPATH": str(PYTHON),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GATES": str(gates),
        "TMPDIR": str(work),
        "COG_PREDICT_TYPE_STUB": path.name,
        "COG_TRAIN_TYPE_STUB": path.name,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(work))
    model = Model(settings.read(["--worker-python", python, *arguments]))
    model.start()
    try:
        yield Running(model, gates, work)
    finally:
        await model.stop()
    assert list(work.iterdir()) == []
