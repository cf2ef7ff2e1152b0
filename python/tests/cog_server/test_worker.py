"""What a model has beyond predict(): a health check, metrics, training, weights."""

import asyncio
import pathlib
from collections.abc import Awaitable, Callable

import pytest

from cog_server import health
from cog_server.model import State
from tests.cog_server.modelling import Running, logs, running
from tests.serving import DEADLINE_SECONDS

Talk = Callable[[Running], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Run:
    def run(talk: Talk, reference: str, *arguments: str) -> None:
        async def serve() -> None:
            async with running(monkeypatch, tmp_path, reference, *arguments) as served:
                await served.ready()
                await talk(served)

        asyncio.run(serve())

    return run


KINDS = ["Predictor", "Asynchronous", "Mixed"]


@pytest.mark.parametrize("kind", KINDS)
def test_health(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    async def talk(served: Running) -> None:
        assert await served.model.healthcheck() is None
        prediction = served.begin()
        await served.reached("predict")
        several = [served.model.healthcheck() for _ in range(3)]
        assert await asyncio.gather(*several) == [None, None, None]
        assert (tmp_path / "gates" / "asked").read_text() == "xx"
        served.open("ill")
        assert await served.model.healthcheck() == "user-defined healthcheck returned False"
        served.open("raise")
        assert await served.model.healthcheck() == "no GPU"
        served.open("predict")
        assert (await served.end(prediction)).output == "done"
        assert logs(prediction) == ""

    monkeypatch.setattr(health, "TIMEOUT_SECONDS", DEADLINE_SECONDS)
    run(talk, f"healthy.py:{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_health_check_that_hangs(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    async def talk(served: Running) -> None:
        served.open("predict", "hang")
        for _ in range(3):
            text = "user-defined healthcheck timed out after 0.2 seconds"
            assert await served.model.healthcheck() == text
        assert (await served.predict()).output == "done"
        (tmp_path / "gates" / "hang.open").unlink()
        await served.until((tmp_path / "gates" / "asked").exists)
        while await served.model.healthcheck() is not None:
            await asyncio.sleep(0.01)

    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 0.2)
    run(talk, f"healthy.py:{kind}")


def test_a_crash_ends_the_health_check(run: Run) -> None:
    async def talk(served: Running) -> None:
        served.open("hang")
        check = asyncio.create_task(served.model.healthcheck())
        await asyncio.sleep(0)
        await served.model.stop()
        assert await check is None
        assert await served.model.healthcheck() is None

    run(talk, "healthy.py:Predictor")


def test_metrics_and_context(run: Run) -> None:
    expected = {
        "tokens": 5,
        "losses": [0.5, 0.25],
        "device": {"name": "cpu"},
        "thread": {"alive": True},
        "emitted": 1,
    }

    async def talk(served: Running) -> None:
        prediction = await served.end(served.begin("me"))
        assert prediction.output == {"context": {"who": "me"}, "tokens": 5}
        assert prediction.metrics.pop("predict_time") > 0
        assert prediction.metrics == expected
        text = "cog.emit_metric is deprecated: use current_scope().record_metric(name, value)\n"
        assert logs(prediction) == text
        failed = await served.predict(kind="raise")
        assert failed.status == "failed"
        assert failed.metrics.pop("predict_time") > 0
        assert failed.metrics == expected
        assert text not in logs(failed)
        assert (
            await served.predict(kind="refused")
        ).error == "metric name 'predict_time' is reserved"

    # A file without a name: its Runner.
    run(talk, "scoped.py")


@pytest.mark.parametrize(
    ("reference", "mode", "output"),
    [
        ("training.py:Predictor", "predict", "predicted x"),
        ("training.py:Predictor", "train", "trained x"),
        ("training.py:train", "train", "trained x by a function"),
    ],
)
def test_training(run: Run, reference: str, mode: str, output: str) -> None:
    async def talk(served: Running) -> None:
        assert (await served.predict(text="x")).output == output

    run(talk, reference, "--x-mode", mode)


@pytest.mark.parametrize("reference", ["scoped.py:Runner", "healthy.py", "training.py:gone"])
def test_references_that_lead_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, reference: str
) -> None:
    async def serve() -> str:
        async with running(monkeypatch, tmp_path, reference, "--x-mode", "train") as served:
            await served.until(lambda: served.model.state is State.SETUP_FAILED)
            return str(served.model.setup.answer()["logs"])

    text = asyncio.run(serve())
    assert ("must have one method named train" in text) is (reference != "training.py:gone")


@pytest.mark.parametrize("kind", ["ByPath", "ByFile", "ByText", "Untyped"])
@pytest.mark.parametrize("weights", ["", "data:,heavy", "file"])
def test_weights(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, kind: str, weights: str
) -> None:
    if weights == "file":
        weights = str(tmp_path / "weights.bin")
        (tmp_path / "weights.bin").write_text("heavy")

    async def talk(served: Running) -> None:
        output = (await served.predict()).output
        if kind == "ByText":
            assert output == (weights or "default")
        else:
            assert output == ("heavy" if weights else "none")

    monkeypatch.setenv("COG_WEIGHTS", weights)
    run(talk, f"weighty.py:{kind}")
