"""Webhooks, with a real receiver."""

import asyncio
import json
import pathlib
from typing import Any

import httpx
import pytest

from cog_server import webhook
from tests.cog_server.conftest import Run
from tests.receiver import ALLOWED, Received, Receiver, Reply, receive

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in receiver.requests]


def test_all_events_with_their_headers(run: Run) -> None:
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            body = {"id": "a", "input": {"count": 3}, "webhook": f"{receiver.url}/hook?a=b"}
            headers = {"traceparent": TRACE, "tracestate": "a=b"}
            await http.post("/predictions", json=body, headers=headers)

        run("stream.py:Predictor", talk, **ALLOWED, WEBHOOK_AUTH_TOKEN="hush")
    first, last = told(receiver)[0], told(receiver)[-1]
    assert (first["id"], first["status"]) == ("a", "processing")
    assert last["status"] == "succeeded"
    assert last["output"] == ["item 0", "item 1", "item 2"]
    assert last["started_at"] < last["completed_at"]
    request = receiver.requests[0]
    assert (request.method, request.path) == ("POST", "/hook?a=b")
    sent = {name: request.headers[name] for name in ("authorization", "traceparent", "tracestate")}
    assert sent == {"authorization": "Bearer hush", "traceparent": TRACE, "tracestate": "a=b"}
    assert request.headers["content-type"] == "application/json"


def test_the_filter(run: Run) -> None:
    for events, statuses in [(["completed"], ["succeeded"]), ([], [])]:
        with receive() as receiver:
            body = {
                "input": {"count": 3},
                "webhook": receiver.url,
                "webhook_events_filter": events,
            }

            async def talk(http: httpx.AsyncClient, body: dict[str, Any] = body) -> None:
                await http.post("/predictions", json=body)

            run("stream.py:Predictor", talk, **ALLOWED)
        assert [notice["status"] for notice in told(receiver)] == statuses


def test_outputs_are_throttled_and_the_end_is_not(run: Run, tmp_path: pathlib.Path) -> None:
    marker = tmp_path / "marker"
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            text = " ".join(map(str, range(1000)))
            body = {"input": {"text": text, "marker": str(marker)}, "webhook": receiver.url}
            answer = asyncio.create_task(http.put("/predictions/a", json=body))
            while len(receiver.requests) < 2:
                await asyncio.sleep(0.01)
            while not marker.exists():
                await asyncio.sleep(0.01)
            await http.post("/predictions/a/cancel")
            await answer

        run("asynchronous.py:Predictor", talk, **ALLOWED, COG_THROTTLE_RESPONSE_INTERVAL="0.3")
    assert 3 <= len(receiver.requests) <= 6
    assert receiver.requests[1].time - receiver.requests[0].time >= 0.3
    assert told(receiver)[-1]["status"] == "canceled"
    assert len(told(receiver)[-1]["output"]) == 1000


def test_the_end_is_told_again_until_it_arrives(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "FIRST_PAUSE_SECONDS", 0.001)
    statuses = iter([500, 429, 503, 200, 200])

    def answer(request: Received) -> Reply:
        return Reply(next(statuses))

    with receive(answer) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            only = {"webhook_events_filter": ["completed"]}
            body = {"input": {"text": "x"}, "webhook": receiver.url, **only}
            assert (await http.post("/predictions", json=body)).status_code == 200

        run("echo.py:predict", talk, **ALLOWED)
    assert len(receiver.requests) == 4


def test_a_refusal_is_not_repeated_and_harms_nobody(run: Run) -> None:
    with receive(lambda request: Reply(404)) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            body = {"input": {"text": "x"}, "webhook": receiver.url}
            answer = (await http.post("/predictions", json=body)).json()
            assert answer["status"] == "succeeded"

        run("echo.py:predict", talk, **ALLOWED)
        assert len(receiver.requests) == 2
        receiver.requests.clear()
        run("echo.py:predict", talk)
        assert receiver.requests == []


def test_there_is_an_end_to_trying(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "FIRST_PAUSE_SECONDS", 0.0001)
    with receive(lambda request: Reply(502)) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            only = {"webhook_events_filter": ["completed"]}
            body = {"input": {"text": "x"}, "webhook": receiver.url, **only}
            await http.post("/predictions", json=body)

        run("echo.py:predict", talk, **ALLOWED)
    assert len(receiver.requests) == 1 + webhook.RETRIES


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("webhook", "ftp://example.com", ["body", "webhook"]),
        ("webhook", 1, ["body", "webhook"]),
        ("webhook_events_filter", ["start", "end"], ["body", "webhook_events_filter", 1]),
        ("context", {"a": 1}, ["body", "context", "a"]),
        ("id", "x" * 201, ["body", "id"]),
    ],
)
def test_wrong_fields(run: Run, field: str, value: object, place: list[object]) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        answer = await http.post("/predictions", json={"input": {"text": "x"}, field: value})
        assert answer.status_code == 422
        assert [item["loc"] for item in answer.json()["detail"]] == [place]

    run("echo.py:predict", talk)
