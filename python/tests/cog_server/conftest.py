"""The API in process, over ASGI, with a real worker."""

import asyncio
import pathlib
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx
import pytest

from cog_server import schema, settings
from cog_server.app import Api
from cog_server.model import Model, State
from tests.serving import DEADLINE_SECONDS, MODELS, PYTHON, WORKER_PYTHON

Talk = Callable[[httpx.AsyncClient], Awaitable[None]]


class Run(Protocol):
    """Serve a model while a coroutine talks with it; returns the times it was told to end."""

    def __call__(self, reference: str, talk: Talk, *argv: str, **environment: str) -> list[str]: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Run:
    monkeypatch.chdir(MODELS)
    monkeypatch.setenv("PYTHONPATH", str(PYTHON))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("COG_OPENAPI_FILE", str(tmp_path / "none.json"))

    def serve(reference: str, talk: Talk, *argv: str, **environment: str) -> list[str]:
        stubs = dict.fromkeys(("COG_PREDICT_TYPE_STUB", "COG_TRAIN_TYPE_STUB"), reference)
        with monkeypatch.context() as patch:
            for name, value in {**stubs, **environment}.items():
                patch.setenv(name, value)
            options = settings.read(["--worker-python", WORKER_PYTHON, *argv])
            return asyncio.run(_serve(options, talk))

    return serve


async def _serve(options: settings.Settings, talk: Talk) -> list[str]:
    ends: list[str] = []
    model = Model(options)
    load = schema.load(options.openapi_file, options.worker_python, options.model, options.training)
    document = asyncio.create_task(load)
    api = Api(model, document, lambda: ends.append("end"), options)
    model.start()
    try:
        transport = httpx.ASGITransport(api.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            while model.state is State.STARTING:
                await asyncio.sleep(0.01)
            assert model.state is State.READY, model.setup.answer()
            await talk(client)
            await api.predictions.drain(DEADLINE_SECONDS)
            await api.webhooks.drain(DEADLINE_SECONDS)
    finally:
        await model.stop()
        await asyncio.wait([document])
    return ends
