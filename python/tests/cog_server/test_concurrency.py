"""Several predictions of an async model at once."""

import asyncio
import pathlib
from collections.abc import Awaitable, Callable

import pytest

from cog_server.model import State, Unavailable
from tests.cog_server.modelling import Running, logs, running

Talk = Callable[[Running], Awaitable[None]]


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Callable[[Talk], None]:
    async def serve(talk: Talk) -> None:
        async with running(monkeypatch, tmp_path, "crowd.py:Predictor") as served:
            await served.ready()
            await talk(served)
            await served.until(lambda: served.model.state is State.READY)
            assert served.model.running == 0

    return lambda talk: asyncio.run(serve(talk))


def test_each_has_its_own_logs_metrics_and_context(crowd: Callable[[Talk], None]) -> None:
    async def talk(served: Running) -> None:
        assert served.model.concurrency == 3
        names = ["a", "b", "c"]
        predictions = [served.begin(name, name=name) for name in names]
        await served.reached(*names)
        assert (served.model.state, served.model.running) == (State.BUSY, 3)
        with pytest.raises(Unavailable, match="3 predictions are already running") as refusal:
            served.begin("d", name="d")
        assert refusal.value.busy
        served.open("c", "b")
        for name, prediction in reversed(list(zip(names, predictions, strict=True))):
            served.open(name)
            await served.end(prediction)
            assert prediction.status == "succeeded"
            assert prediction.output == [f"{name}, {name}"]
            assert logs(prediction) == f"{name} begins here\n{name} in a thread\n"
            assert prediction.metrics["order"] == name
            assert prediction.metrics["predict_time"] > 0

    crowd(talk)


def test_one_that_fails_leaves_the_others(crowd: Callable[[Talk], None]) -> None:
    async def talk(served: Running) -> None:
        other = served.begin("other", name="other")
        served.open("bad")
        for kind, error in [("raise", "no bad"), ("exit", "SystemExit(3)")]:
            failed = await served.predict(name="bad", kind=kind)
            assert (failed.status, failed.error) == ("failed", error)
            assert failed.output == ["bad, "]
        assert (await served.predict(name="bad", kind="task exit")).status == "succeeded"
        served.open("other")
        assert (await served.end(other)).output == ["other, other"]

    crowd(talk)


def test_cancelling_one_leaves_the_others(crowd: Callable[[Talk], None]) -> None:
    async def talk(served: Running) -> None:
        served.open("one")
        one = served.begin("one", name="one", kind="clean")
        two = served.begin("two", name="two")
        await served.reached("cancel", "two")
        assert served.model.cancel("one")
        assert (await served.end(one)).status == "canceled"
        assert logs(one).endswith("one cleaned up\n")
        assert not served.model.cancel("one")
        served.open("two")
        assert (await served.end(two)).status == "succeeded"
        # Before its first step.
        early = served.begin("early", name="early")
        served.model.cancel("early")
        served.model.cancel("early")
        assert (await served.end(early)).status == "canceled"

    crowd(talk)


def test_the_same_id_twice_is_refused(crowd: Callable[[Talk], None]) -> None:
    async def talk(served: Running) -> None:
        one = served.begin("one", name="one")
        with pytest.raises(Unavailable, match="one is already running"):
            served.begin("one", name="two")
        served.open("one")
        await served.end(one)

    crowd(talk)


def test_a_crash_fails_all_and_frees_all_slots(crowd: Callable[[Talk], None]) -> None:
    async def talk(served: Running) -> None:
        predictions = [served.begin(name, name=name) for name in ("a", "b")]
        served.open("bad")
        crashed = await served.predict(name="bad", kind="crash")
        assert crashed.error == "the model's process ended: killed by SIGSEGV"
        for prediction in predictions:
            assert (await served.end(prediction)).error == crashed.error
        await served.until(lambda: served.model.state is State.READY)
        served.open("a", "b", "c")
        again = [served.begin(name, name=name) for name in ("a", "b", "c")]
        for prediction in again:
            assert (await served.end(prediction)).status == "succeeded"

    crowd(talk)


def test_what_nobody_can_be_said_to_have_printed(
    crowd: Callable[[Talk], None], capfd: pytest.CaptureFixture[str]
) -> None:
    """The only prediction that runs has it, or the server's own output."""

    async def talk(served: Running) -> None:
        served.open("alone", "many")
        alone = await served.predict(name="alone", kind="C")
        assert {"alone", "alone has no context"} <= set(logs(alone).splitlines())
        other = served.begin("other", name="other")
        await served.reached("other")
        many = await served.predict(name="many", kind="C")
        served.open("other")
        await served.end(other)
        assert not {"many", "many has no context"} & set((logs(many) + logs(other)).splitlines())

    crowd(talk)
    printed = capfd.readouterr().out
    assert "many\n" in printed
    assert "many has no context\n" in printed


@pytest.mark.parametrize(
    ("reference", "number", "slots", "error"),
    [
        ("crowd.py:Predictor", "2", 2, ""),
        ("crowd.py:Predictor", "none", 1, "must be a number, 1 or more: none"),
        ("echo.py:predict", "2", 1, "predict must be async to run 2 times at once"),
        ("echo.py:predict", "1", 1, ""),
    ],
)
def test_the_environment_sets_the_slots(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    reference: str,
    number: str,
    slots: int,
    error: str,
) -> None:
    async def serve() -> None:
        async with running(monkeypatch, tmp_path, reference) as served:
            await served.until(lambda: served.model.state is not State.STARTING)
            assert served.model.concurrency == slots
            assert (served.model.state is State.SETUP_FAILED) is bool(error)
            assert error in served.model.setup.answer()["logs"]

    monkeypatch.setenv("COG_MAX_CONCURRENCY", number)
    asyncio.run(serve())


@pytest.mark.parametrize("name", ["Traced", "Concurrent", "Items", "Blocking", "Lazy"])
def test_async_code_of_every_form(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, name: str
) -> None:
    async def serve() -> None:
        async with running(monkeypatch, tmp_path, f"decorated.py:{name}") as served:
            await served.ready()
            assert served.model.concurrency == 1 + (name == "Concurrent")
            for _ in range(2):
                prediction = await served.predict()
                expected = ["done"] if name in ("Items", "Lazy") else "done"
                assert (prediction.error, prediction.output) == (None, expected)
                long = served.begin("long", marker="x")
                await asyncio.sleep(0.05)
                assert served.model.cancel("long")
                assert (await served.end(long)).status == "canceled"

    asyncio.run(serve())
