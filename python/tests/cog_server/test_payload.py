"""Bodies that go to a file and are read all the same."""

import asyncio
import errno
import gc
import os
import pathlib
import tempfile

import httpx
import pytest

from cog_server import payload
from cog_server.payload import PART_BYTES, Payload
from cog_server.prediction import Prediction
from tests.cog_server.conftest import Run
from tests.receiver import ALLOWED, receive
from tests.serving import DEADLINE_SECONDS

LARGE = bytes(range(256)) * 2000


def files() -> list[str]:
    """The files without a name that this process has open."""
    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{number}"))
        except FileNotFoundError:
            continue
    return [link for link in links if "cog-answer-" in link]


async def moved() -> None:
    while not files():
        await asyncio.sleep(0.01)


def test_parts() -> None:
    for size in (0, 1, PART_BYTES, PART_BYTES + 1, 5 * PART_BYTES):
        data = LARGE[:size]
        whole = Payload(data)
        assert len(whole) == size
        assert bytes(whole) == data
        assert [len(part) for part in whole.parts()][:-1] == [PART_BYTES] * (
            (size - 1) // PART_BYTES
        )


def test_a_large_one_moves_to_a_file_that_goes_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def run() -> None:
        small, large = Payload(LARGE[: 1 << 16]).settle(), Payload(LARGE).settle()
        parts = large.parts()
        first = next(parts)
        await moved()
        assert first + b"".join(parts) == LARGE
        assert bytes(large) == LARGE
        while large._data is not None:
            await asyncio.sleep(0.01)
        assert bytes(large) == LARGE
        assert len(files()) == 1
        assert bytes(small) == LARGE[: 1 << 16]
        assert list(tmp_path.iterdir()) == []
        del large, parts
        assert files() == []

    asyncio.run(run())


def test_one_that_has_been_sent_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(self: Payload) -> None:
        raise AssertionError

    monkeypatch.setattr(Payload, "write", written)

    async def run() -> None:
        Payload(LARGE).settle()
        await asyncio.sleep(2 * payload._FILE_SECONDS)

    asyncio.run(run())


def test_without_room_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)

    async def run() -> None:
        large = Payload(LARGE).settle()
        await asyncio.sleep(2 * payload._FILE_SECONDS)
        assert bytes(large) == LARGE

    asyncio.run(run())


def test_a_kept_answer_is_the_same_from_its_file(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        body = {"id": "a", "input": {"output": 300_000}}
        first = await http.post("/predictions", json=body)
        await moved()
        second = await http.get("/predictions/a")
        assert first.content == second.content
        assert second.headers["content-length"] == str(len(first.content))
        # The last that keep it make room.
        for _ in range(2):
            await http.post("/predictions", json={"input": {"output": 0}})
        while files():
            await asyncio.sleep(0.01)
        assert (await http.get("/predictions/a")).status_code == 404

    run("flood.py:Predictor", talk, COG_KEPT_PREDICTIONS="2")


def test_nothing_is_left_of_a_prediction(run: Run) -> None:
    """Without a look for circles of references: it could come late, and a server is long idle."""

    def left() -> list[str]:
        return [item.id for item in gc.get_objects() if isinstance(item, Prediction)]

    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            body = {"input": {"size": 1, "count": 2}}
            gc.collect()
            gc.disable()
            try:
                assert (await http.post("/predictions", json=body)).status_code == 200
                wait = {"prefer": "respond-async"}
                told = {**body, "webhook": receiver.url}
                assert (await http.put("/predictions/b", json=told, headers=wait)).is_success
                busy = (await http.post("/predictions", json=body)).status_code
                assert busy in (200, 409)
                while (await http.get("/predictions/b")).json()["status"] != "succeeded":
                    await asyncio.sleep(0.01)
                read = {"accept": "text/event-stream"}
                assert (
                    "completed" in (await http.put("/predictions/c", json=body, headers=read)).text
                )
                wrong = {"input": {"size": "x"}}
                assert (await http.post("/predictions", json=wrong)).status_code == 422
                held = {"input": {**body["input"], "gate": "/nowhere"}}
                assert (await http.put("/predictions/d", json=held, headers=wait)).is_success
                assert (await http.post("/predictions/d/cancel")).is_success
                while (await http.get("/health-check")).json()["status"] != "READY":
                    await asyncio.sleep(0.01)
                while not any(b"succeeded" in request.body for request in receiver.requests):
                    await asyncio.sleep(0.01)
                async with asyncio.timeout(DEADLINE_SECONDS):
                    while left():
                        await asyncio.sleep(0.01)
            finally:
                gc.enable()

        run("flood.py:Events", talk, **ALLOWED, COG_THROTTLE_RESPONSE_INTERVAL="0")
