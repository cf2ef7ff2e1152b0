"""What user code may do to the worker, and what must be left of it: an answer, and a slot."""

import asyncio
import os
import pathlib
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cog_server import settings
from cog_server.model import Model, State
from tests.cog_server.modelling import Running, logs, running
from tests.serving import WORKER_PYTHON, serve, until

Talk = Callable[[Running], Awaitable[None]]
Rough = Callable[..., None]


@pytest.fixture
def rough(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Rough:
    def run(talk: Talk, setup: str = "") -> None:
        async def serve() -> None:
            async with running(monkeypatch, tmp_path, "rough.py:Predictor") as served:
                await served.ready()
                await talk(served)
                await back(served)

        monkeypatch.setenv("SETUP", setup)
        asyncio.run(serve())

    return run


async def back(served: Running) -> int:
    """Return the worker that takes predictions again."""
    await served.until(lambda: served.model.state is State.READY)
    answer = await served.predict()
    assert answer.status == "succeeded", answer.error
    assert served.model.state is State.READY
    return int(answer.output)


async def cancelled(served: Running, kind: str) -> Any:
    prediction = served.begin("one", kind=kind)
    await served.reached("sleep")
    assert served.model.cancel("one")
    return await served.end(prediction)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"kind": "os_exit"}, "exit status 9"),
        ({"kind": "segfault"}, "killed by SIGSEGV"),
        ({"kind": "abort"}, "killed by SIGABRT"),
        ({"kind": "signal", "size": signal.SIGKILL}, "killed by SIGKILL, most likely because.*"),
        ({"kind": "signal", "size": signal.SIGTERM}, "killed by SIGTERM"),
        # The thread that notices first decides.
        ({"kind": "descriptors"}, "exit status 1|killed by SIGTERM"),
        ({"kind": "nonsense"}, "killed by SIGTERM"),
    ],
)
def test_a_worker_that_ends_comes_back(rough: Rough, inputs: dict[str, Any], reason: str) -> None:
    async def talk(served: Running) -> None:
        before = await back(served)
        answer = await served.predict(**inputs)
        assert answer.status == "failed"
        assert re.fullmatch(f"the model's process ended: ({reason})", str(answer.error))
        assert await back(served) != before
        assert not pathlib.Path(f"/proc/{before}").exists()

    rough(talk)


@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        ({"kind": "signal", "size": signal.SIGINT}, "KeyboardInterrupt()"),
        ({"kind": "recursion"}, "maximum recursion depth exceeded"),
        ({"kind": "endless"}, "nested more than 200 deep"),
        ({"kind": "deep"}, "nested more than 200 deep"),
        ({"kind": "memory"}, "MemoryError()"),
        ({"kind": "close"}, "closed"),
        ({"kind": "replace"}, "replaced"),
    ],
)
def test_a_worker_that_stays(rough: Rough, inputs: dict[str, Any], error: str) -> None:
    async def talk(served: Running) -> None:
        before = await back(served)
        answer = await served.predict(**inputs)
        assert answer.status == "failed"
        assert error in str(answer.error)
        assert logs(answer)
        assert await back(served) == before

    rough(talk)


@pytest.mark.parametrize(("successes", "pauses"), [(1, [0.1, 0.1, 0.1]), (0, [0.1, 0.2, 0.4])])
def test_a_success_lets_crashes_be_forgotten(
    rough: Rough, caplog: pytest.LogCaptureFixture, successes: int, pauses: list[float]
) -> None:
    caplog.set_level("INFO", "cog")

    async def talk(served: Running) -> None:
        for _ in pauses:
            await served.until(lambda: served.model.state is State.READY)
            for _ in range(successes):
                assert (await served.predict()).status == "succeeded"
            # One that fails without a crash proves nothing.
            assert (await served.predict(kind="replace")).status == "failed"
            await served.predict(kind="os_exit")

    rough(talk)
    details = [getattr(record, "details", {}) for record in caplog.records]
    assert [item["pause_seconds"] for item in details if "pause_seconds" in item] == pauses


def test_the_last_words_of_a_crash(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        text = logs(await served.predict(kind="segfault"))
        assert "Fatal Python error: Segmentation fault" in text
        assert "rough.py" in text

    rough(talk)


def test_after_close_there_is_still_a_log(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        assert logs(await served.predict(kind="close")).startswith(
            "last words\nafter the last words\nTraceback"
        )

    rough(talk)


def test_outputs_of_all_kinds_keep_their_order(rough: Rough) -> None:
    """Those of Python, and those of the descriptor."""

    async def talk(served: Running) -> None:
        lines = logs(await served.predict(kind="children")).splitlines()
        python = [f"python {number}" for number in range(1, 5)]
        assert [line for line in lines if line.startswith("python")] == python
        direct = [f"descriptor {number}" for number in range(1, 6)]
        assert [line for line in lines if line.startswith("descriptor")] == direct
        assert len(lines) == len(python) + len(direct)

    rough(talk)


def test_every_line_of_many(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        answer = await served.predict(kind="lines", size=20_000)
        assert logs(answer).splitlines() == [f"line {number}" for number in range(20_000)]

    rough(talk)


def test_a_handler_that_prints_between(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        answer = await served.predict(kind="lines", size=5_000)
        assert answer.status == "succeeded", answer.error
        lines = logs(answer).replace("tick\n", "").splitlines()
        assert lines == [f"line {number}" for number in range(5_000)]

    rough(talk, "handler")


def test_a_child_that_never_stops_printing(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        worker = int((await served.predict(kind="chatter")).output)
        os.kill(worker, signal.SIGKILL)
        await served.until(lambda: served.model.state is not State.READY)

    rough(talk)


def test_a_fork_that_comes_back_is_not_the_worker(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        assert served.model.setup.answer()["logs"] == "setup\n"
        await back(served)

    rough(talk, "fork")


def test_a_daemon_does_not_hold_the_worker(rough: Rough, tmp_path: pathlib.Path) -> None:
    async def talk(served: Running) -> None:
        file = tmp_path / "gates" / "daemon"
        await served.until(lambda: file.exists() and file.read_text())
        daemon = int(file.read_text())
        assert (await served.predict(kind="os_exit")).status == "failed"
        await back(served)
        await served.until(lambda: not alive(daemon))

    rough(talk, "daemon")


def alive(process: int) -> bool:
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_threads_do_not_hold_the_worker(rough: Rough) -> None:
    started = time.monotonic()
    rough(back, "threads")
    # They would hold it for ten minutes.
    assert time.monotonic() - started < 300


def test_a_model_that_takes_every_signal(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        before = await back(served)
        assert (await cancelled(served, "sleep")).status == "canceled"
        assert logs(await served.predict(kind="signal", size=10)) == "signal 10\n"
        assert await back(served) == before

    rough(talk, "signals")


def test_a_cancellation_that_is_swallowed(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        answer = await cancelled(served, "stubborn")
        assert (answer.status, answer.output) == ("succeeded", "still here")

    rough(talk)


def test_an_event_loop_of_its_own(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        assert (await served.predict(kind="loop")).output == "looped"

    rough(talk)


@pytest.mark.parametrize("size", [10 << 20, 100 << 20])
def test_large_messages_do_not_stop_the_server(rough: Rough, size: int) -> None:
    async def talk(served: Running) -> None:
        pauses = asyncio.create_task(longest_pause(served))
        text = "y" * size
        prediction = served.begin(kind="large", text=text)
        assert (await served.end(prediction)).output == text
        assert (await served.predict(kind="large", size=size)).output == "x" * size
        served.open("end")
        assert await pauses < 0.5 + size / 100e6

    rough(talk)


async def longest_pause(served: Running) -> float:
    """Watch the event loop until the gate `end` is open. What counts is the time that this process
    computes: how long it waits for a processor is other programs' doing.
    """
    longest, last = 0.0, time.process_time()
    while not served.is_open("end"):
        await asyncio.sleep(0.001)
        longest, last = max(longest, time.process_time() - last), time.process_time()
    return longest


def test_a_model_that_removes_the_servers_folder(rough: Rough) -> None:
    async def talk(served: Running) -> None:
        answer = await served.predict(kind="sweep")
        assert len(answer.output) == 2 << 20
        assert (await served.predict(kind="os_exit")).status == "failed"

    rough(talk)


def test_only_files_of_the_folder_are_read(rough: Rough, tmp_path: pathlib.Path) -> None:
    async def talk(served: Running) -> None:
        file = tmp_path / "mine"
        file.write_text("{}")
        answer = await served.predict(kind="foreign", text=str(file))
        assert answer.error == "the model's process ended: killed by SIGTERM"
        assert file.exists()

    rough(talk)


def test_without_a_place_for_files(rough: Rough, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> str:
        monkeypatch.setenv("COG_PREDICT_TYPE_STUB", "rough.py:Predictor")
        monkeypatch.setattr("tempfile.tempdir", "/nowhere")
        model = Model(settings.read(["--worker-python", WORKER_PYTHON]))
        model.start()
        while model.state is State.STARTING:
            await asyncio.sleep(0.01)
        await model.stop()
        return str(model.setup.answer()["logs"])

    text = asyncio.run(start())
    assert text.startswith("no folder for temporary files (No such file or directory); ")


def test_a_full_disk(rough: Rough, tmp_path: pathlib.Path) -> None:
    (tmp_path / "work").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path / "work")]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("cannot mount a file system")

    async def talk(served: Running) -> None:
        answer = await served.predict(kind="write", size=1 << 20)
        assert answer.status == "failed"
        assert "No space left on device" in str(answer.error)
        # What would go by file goes without.
        text = "z" * (2 << 20)
        assert (await served.predict(kind="large", text=text)).output == text
        assert served.files() == []

    try:
        rough(talk)
    finally:
        subprocess.run(["umount", tmp_path / "work"], check=True)


@pytest.mark.parametrize(
    ("setup", "kind"), [("", ""), ("", "sleep"), ("signals", "sleep"), ("threads", "")]
)
def test_the_worker_does_not_outlive_the_server(
    server_python: str, tmp_path: pathlib.Path, setup: str, kind: str
) -> None:
    (tmp_path / "gates").mkdir()
    environment = {"SETUP": setup, "GATES": str(tmp_path / "gates")}
    with serve(server_python, tmp_path, "rough.py", **environment) as server:
        server.until("READY")
        worker = server.worker()
        if kind:
            body = {"input": {"kind": kind}}
            server.http.post("/predictions", json=body, headers={"Prefer": "respond-async"})
            until((tmp_path / "gates" / f"{kind}.reached").exists)
        server.process.kill()
        until(lambda: not alive(worker))
