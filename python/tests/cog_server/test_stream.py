"""Server-sent events, from the real server."""

import asyncio
import contextlib
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cog_server import stream
from cog_server.payload import PART_BYTES
from cog_server.prediction import Prediction
from cog_server.stream import Crowded, Histories, Stream
from tests.serving import DEADLINE_SECONDS, Server, serve, until

SSE = {"Accept": "text/event-stream"}
Event = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def server(server_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(server_python, tmp_path_factory.mktemp("stream"), "asynchronous.py") as server:
        server.until("READY")
        yield server


@contextlib.contextmanager
def events(server: Server, identifier: str, **inputs: str) -> Iterator[Iterator[Event]]:
    with httpx.stream(
        "PUT",
        f"{server.http.base_url}/predictions/{identifier}",
        json={"input": inputs},
        headers=SSE,
        timeout=DEADLINE_SECONDS,
    ) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield read(answer.iter_lines())


def read(lines: Iterator[str]) -> Iterator[Event]:
    for line in lines:
        if line.startswith("event: "):
            yield line.removeprefix("event: "), json.loads(next(lines).removeprefix("data: "))


def test_a_stream_to_its_end(server: Server) -> None:
    with events(server, "whole", text="a b") as found:
        assert next(found) == ("start", {"id": "whole", "status": "processing"})
        assert next(found) == ("output", {"chunk": "a", "index": 0})
        assert next(found) == ("output", {"chunk": "b", "index": 1})
        name, answer = next(found)
        assert (name, answer["status"], answer["output"]) == ("completed", "succeeded", ["a", "b"])
        assert list(found) == []
    assert server.http.get("/predictions/whole").json() == answer


def test_a_second_subscriber_gets_all(server: Server, tmp_path: pathlib.Path) -> None:
    marker = tmp_path / "marker"
    with events(server, "both", text="a b", marker=str(marker)) as first:
        until(marker.exists)
        with events(server, "both", text="a b", marker=str(marker)) as second:
            assert [next(second)[0] for _ in range(3)] == ["start", "output", "output"]
        # One of two has gone; that ends nothing.
        assert server.http.get("/predictions/both").json()["status"] == "processing"
        assert [next(first)[0] for _ in range(3)] == ["start", "output", "output"]
        server.http.post("/predictions/both/cancel")
        name, answer = next(first)
        assert (name, answer["status"]) == ("completed", "canceled")


def test_the_last_subscriber_ends_it(server: Server, tmp_path: pathlib.Path) -> None:
    marker = tmp_path / "marker"
    with events(server, "left", text="a", marker=str(marker)):
        until(marker.exists)
    until(lambda: server.http.get("/predictions/left").json()["status"] == "canceled")


def test_what_a_stream_has_not_begun_it_does_not_end(
    server: Server, tmp_path: pathlib.Path
) -> None:
    body = {"input": {"text": "a", "marker": str(tmp_path / "marker")}}
    prefer = {"Prefer": "respond-async"}
    assert server.http.put("/predictions/on", json=body, headers=prefer).status_code == 202
    with events(server, "on", text="a") as found:
        assert next(found)[0] == "start"
    assert server.http.get("/predictions/on").json()["status"] == "processing"
    assert server.http.post("/predictions/on/cancel").status_code == 200
    until(lambda: server.http.get("/predictions/on").json()["status"] == "canceled")


def test_a_model_with_one_output_does_not_stream(trouble: Server) -> None:
    answer = trouble.http.post("/predictions", json={"input": {"kind": ""}}, headers=SSE)
    assert answer.status_code == 406
    assert answer.json() == {"detail": "This model does not support streaming responses"}


async def sent(stream: Stream) -> list[bytes]:
    """All events of a stream whose prediction ends, as one subscriber gets them."""
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    await stream.response()({"type": "http"}, receive, send)
    return b"".join(parts).split(b"\n\n")[:-1]


@pytest.mark.parametrize(
    ("replay", "skipped", "outputs"), [(4, 7, [6, 7, 8, 9]), (0, 11, []), (50, 0, range(10))]
)
def test_the_replay_is_bounded(replay: int, skipped: int, outputs: list[int]) -> None:
    async def late() -> list[bytes]:
        prediction = Prediction({})
        events = Stream(prediction, replay, lambda: None, Histories(1 << 30))
        prediction.start()
        prediction.begin_list()
        for number in range(10):
            prediction.add_output(number)
        reading = asyncio.create_task(sent(events))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        prediction.finish("succeeded", None, {})
        return await reading

    found = asyncio.run(late())
    text = b'event: error\ndata: {"error":"SSE stream replay truncated","skipped":%d}' % skipped
    assert (text in found) == bool(skipped)
    assert [item for item in found if b"event: output" in item] == [
        b'event: output\ndata: {"chunk":%d,"index":%d}' % (number, number) for number in outputs
    ]
    assert found[-1].startswith(b"event: completed\n")


def test_a_slow_reader_misses_what_is_not_kept_and_nothing_else() -> None:
    async def run(outputs: int) -> list[bytes]:
        prediction = Prediction({})
        events = Stream(prediction, 10, lambda: None, Histories(1 << 30))
        prediction.begin_list()
        prediction.add_output(0)
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            parts.append(message.get("body", b""))
            if len(parts) == 2:
                for number in range(1, outputs):
                    prediction.add_output(number)
                prediction.finish("succeeded", None, {})
                await asyncio.sleep(0)

        await events.response()({"type": "http"}, receive, send)
        return b"".join(parts).split(b"\n\n")[:-1]

    few = asyncio.run(run(1000))
    assert [b"event: output" in item for item in few] == [True] * 1000 + [False]
    many = asyncio.run(run(3000))
    # 3000 events and the end, of which one was sent and 1024 are kept.
    assert b'"skipped":1975' in many[1]
    assert [b"event: output" in item for item in many[2:]] == [True] * 1024 + [False]
    assert b'"chunk":2999' in many[-2]


def test_silence_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_SECONDS", 0.01)

    async def slow() -> list[bytes]:
        prediction = Prediction({})
        events = Stream(prediction, 10, lambda: None, Histories(1 << 30))
        prediction.start()
        reading = asyncio.create_task(sent(events))
        for _ in range(10):  # the loop comes round between them, however busy the machine is
            await asyncio.sleep(0.02)
        prediction.finish("failed", "why", {})
        return await reading

    found = asyncio.run(slow())
    assert found[1] == b": keep-alive"
    assert b'"error":"why"' in found[-1]


def test_logs_and_metrics_are_events() -> None:
    async def run() -> list[bytes]:
        prediction = Prediction({}, secrets=("a secret",))
        events = Stream(prediction, 10, lambda: None, Histories(1 << 30))
        prediction.add_log("an a sec", "stderr")
        prediction.add_log("ret\n", "stderr")
        prediction.set_metric("tokens", 2, "replace")
        prediction.set_metric("tokens", 3, "increment")
        prediction.set_metric("losses", 1.5, "append")
        prediction.finish("succeeded", None, {"predict_time": 1})
        assert prediction.metrics == {"tokens": 5, "losses": [1.5], "predict_time": 1}
        return await sent(events)

    found = asyncio.run(run())
    assert found[:5] == [
        b'event: log\ndata: {"source":"stderr","data":"an "}',
        b'event: log\ndata: {"source":"stderr","data":"**********\\n"}',
        b'event: metric\ndata: {"name":"tokens","value":2,"mode":"replace"}',
        b'event: metric\ndata: {"name":"tokens","value":3,"mode":"increment"}',
        b'event: metric\ndata: {"name":"losses","value":1.5,"mode":"append"}',
    ]


def test_there_is_room_for_so_many() -> None:
    async def fill() -> None:
        events = Stream(Prediction({}), 10, lambda: None, Histories(1 << 30))
        for _ in range(stream.MAX_SUBSCRIBERS):
            events.response()
        with pytest.raises(Crowded):
            events.response()

    asyncio.run(fill())


def test_the_history_of_one_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_MAX_BYTES", 1000)

    async def late() -> list[bytes]:
        prediction = Prediction({})
        events = Stream(prediction, 1000, lambda: None, Histories(1 << 30))
        prediction.begin_list()
        for number in range(100):
            prediction.add_output(f"{number:03}" * 30)
            assert events.size <= 1000
        reading = asyncio.create_task(sent(events))
        await asyncio.sleep(0.01)
        prediction.finish("succeeded", None, {})
        return await reading

    found = asyncio.run(late())
    kept = [item for item in found if b"event: output" in item]
    assert 5 < len(kept) < 10
    assert b'"skipped":%d' % (100 - len(kept)) in found[0]
    assert b'"index":99' in kept[-1]
    assert found[-1].startswith(b"event: completed\n")


def test_all_histories_are_bounded_together() -> None:
    async def run() -> None:
        histories = Histories(10_000)
        predictions = [Prediction({}) for _ in range(3)]
        streams = [Stream(item, 1000, lambda: None, histories) for item in predictions]
        for item in predictions:
            item.begin_list()
        predictions[0].add_output("a" * 500)
        for _ in range(100):
            predictions[1].add_output("b" * 500)
            assert sum(item.size for item in streams) <= 10_000
        # Those who have little lose nothing.
        assert streams[0].size > 500
        assert streams[1].size > 8000
        # What is gone does not count.
        predictions[1].finish("succeeded", None, {})
        del streams[1], predictions[1]
        for _ in range(15):
            predictions[1].add_output("c" * 500)
        assert [item.size > 500 for item in streams] == [True, True]
        assert streams[1].size > 15 * 500

    asyncio.run(run())


def test_large_events_are_sent_in_parts() -> None:
    """So that who does not read costs one part and no copy of all."""

    async def run() -> list[bytes]:
        prediction = Prediction({})
        events = Stream(prediction, 10, lambda: None, Histories(1 << 30))
        prediction.begin_list()
        prediction.add_output("q" * 300_000)
        prediction.add_output("y")
        prediction.finish("succeeded", None, {})
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            parts.append(message.get("body", b""))

        await events.response()({"type": "http"}, receive, send)
        return parts

    parts = asyncio.run(run())
    assert max(map(len, parts)) <= PART_BYTES
    whole = b"".join(parts).split(b"\n\n")
    assert [item.count(b"q") for item in whole] == [300_000, 0, 300_000, 0]
    assert b'"chunk":"y","index":1' in whole[1]
