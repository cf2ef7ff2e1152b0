"""Predictions that wait, are fetched for, end and are kept."""

import asyncio
import json
import os
import pathlib
from typing import Any

import httpx
import pytest

from tests.cog_server.conftest import Run
from tests.receiver import ALLOWED, Received, Reply, receive
from tests.serving import DEADLINE_SECONDS

ASYNC = {"Prefer": "respond-async"}


async def until(http: httpx.AsyncClient, identifier: str, *statuses: str) -> dict[str, Any]:
    while True:
        answer: dict[str, Any] = (await http.get(f"/predictions/{identifier}")).json()
        if answer["status"] in statuses:
            return answer
        await asyncio.sleep(0.01)


async def start(http: httpx.AsyncClient, identifier: str, **inputs: Any) -> int:
    url = f"/predictions/{identifier}"
    return (await http.put(url, json={"input": inputs}, headers=ASYNC)).status_code


def test_a_bounded_queue(run: Run, tmp_path: pathlib.Path) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        marker = str(tmp_path / "marker")
        assert await start(http, "a", kind="sleep", marker=marker) == 202
        assert await start(http, "b", kind="raise") == 202
        assert await start(http, "c", kind="") == 202
        assert await start(http, "d", kind="") == 409
        assert (await http.get("/predictions/b")).json()["status"] == "starting"
        assert "cog_queue_length 2\n" in (await http.get("/metrics")).text
        assert (await http.post("/predictions/c/cancel")).status_code == 200
        assert (await until(http, "c", "canceled"))["started_at"] is None
        assert await start(http, "d", kind="") == 202
        while not pathlib.Path(marker).exists():
            await asyncio.sleep(0.01)
        await http.post("/predictions/a/cancel")
        assert (await until(http, "b", "failed"))["error"] == "out of cheese"
        await until(http, "d", "succeeded")

    run("trouble.py:Predictor", talk, COG_QUEUE="2")


def test_the_queue_outlives_the_worker(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        assert await start(http, "a", kind="kill") == 202
        assert await start(http, "b", kind="") == 202
        assert "killed by SIGKILL" in (await until(http, "a", "failed"))["error"]
        assert (await until(http, "b", "succeeded", "failed"))["status"] == "succeeded"

    run("trouble.py:Predictor", talk, COG_QUEUE="1")


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"COG_KEPT_PREDICTIONS": "2"}, [False, True, True]),
        ({"COG_KEPT_PREDICTIONS": "0"}, [False, False, False]),
        ({"COG_KEPT_BYTES": "20000"}, [False, False, True]),
    ],
)
def test_answers_are_kept_within_limits(run: Run, limits: dict[str, str], kept: list[bool]) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        for name in "abc":
            body = {"input": {"kind": "large", "size": 10000}}
            assert (await http.put(f"/predictions/{name}", json=body)).status_code == 200
        answers = [await http.get(f"/predictions/{name}") for name in "abc"]
        assert [answer.status_code == 200 for answer in answers] == kept

    run("trouble.py:Predictor", talk, **limits)


def test_input_files_are_fetched(run: Run, tmp_path: pathlib.Path) -> None:
    with receive(lambda request: Reply(body=b"abc")) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            body = {"input": {"file": f"{receiver.url}/a.txt"}}
            answer = (await http.post("/predictions", json=body)).json()
            assert answer["output"] == "data:text/plain;base64,QUJD"
            assert "mode 700" in answer["logs"]
            folder = answer["logs"].split()[1]
            assert not os.path.exists(os.path.dirname(folder))

        run("files.py:Predictor", talk, **ALLOWED)
        receiver.requests.clear()

        async def refused(http: httpx.AsyncClient) -> None:
            body = {"input": {"file": f"{receiver.url}/a.txt"}}
            answer = (await http.post("/predictions", json=body)).json()
            assert answer["status"] == "failed"
            assert answer["error"].startswith("input 'file' cannot be fetched: 127.0.0.1 is at ")

        run("files.py:Predictor", refused)
        assert receiver.requests == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "file:///tmp/cog-inputs-abcdefgh/0/x", "/etc/passwd"]
)
def test_files_of_the_container_are_refused(run: Run, url: str) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        answer = await http.post("/predictions", json={"input": {"file": url}})
        assert answer.status_code == 422

    run("files.py:Predictor", talk)


def test_a_slot_is_taken_while_files_are_fetched(run: Run) -> None:
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    def slow(request: Received) -> Reply:
        asyncio.run_coroutine_threadsafe(wait(), loops[0]).result(DEADLINE_SECONDS)
        return Reply(body=b"abc")

    loops: list[asyncio.AbstractEventLoop] = []
    with receive(slow) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            loops.append(asyncio.get_running_loop())
            url = f"{receiver.url}/a.txt"
            assert await start(http, "a", file=url) == 202
            while not receiver.requests:
                await asyncio.sleep(0.01)
            assert (await http.get("/health-check")).json()["status"] == "BUSY"
            assert await start(http, "b", file=url) == 409
            assert (await http.post("/predictions/a/cancel")).status_code == 200
            assert (await until(http, "a", "canceled"))["output"] is None
            assert (await http.get("/health-check")).json()["status"] == "READY"
            gate.set()
            assert await start(http, "c", file=url) == 202
            await until(http, "c", "succeeded")

        run("files.py:Predictor", talk, **ALLOWED)


def test_secrets_are_masked(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        for fail in (False, True):
            body = {"input": {"token": "s3cr3t-token", "fail": fail}}
            answer = (await http.post("/predictions", json=body)).json()
            assert answer["logs"].startswith("the token is **********\n")
            assert answer["error"] == ("wrong token **********" if fail else None)
            assert "s3cr3t" not in json.dumps(answer)

    run("secretive.py:Predictor", talk)
    output, errors = capfd.readouterr()
    assert "the token is **********\n" in output
    assert "s3cr3t" not in output + errors


def test_trainings_are_predictions_of_another_function(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        index = (await http.get("/")).json()
        assert index["trainings_cancel_url"] == "/trainings/{training_id}/cancel"
        put = await http.put("/trainings/a", json={"input": {"text": "x"}})
        assert put.json()["output"] == ["x", "x"]
        assert (await http.get("/trainings/a")).json() == put.json()
        assert (await http.post("/trainings/a/cancel")).status_code == 404
        sse = {"Accept": "text/event-stream"}
        streamed = await http.post("/trainings", json={"input": {"text": "x"}}, headers=sse)
        assert streamed.status_code == 406

    run("echo.py:predict", talk, "--x-mode", "train")

    async def none(http: httpx.AsyncClient) -> None:
        assert "trainings_url" not in (await http.get("/")).json()
        assert (await http.post("/trainings", json={})).status_code == 404

    run("echo.py:predict", none)
