"""Webhooks, with a real receiver."""

import asyncio
import json
import pathlib
import threading
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

        token = {"WEBHOOK_AUTH_TOKEN": "hush", "WEBHOOK_AUTH_HOSTS": "127.0.0.1"}
        run("stream.py:Predictor", talk, **ALLOWED, **token)
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


@pytest.mark.parametrize("hosts", ["", "localhost", "*.0.0.1,example.com"])
def test_the_token_is_for_those_who_are_listed(run: Run, hosts: str) -> None:
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            body = {"input": {"text": "x"}, "webhook": receiver.url}
            await http.post("/predictions", json=body)

        token = {"WEBHOOK_AUTH_TOKEN": "hush", "WEBHOOK_AUTH_HOSTS": hosts}
        run("echo.py:predict", talk, **ALLOWED, **token)
    assert receiver.requests
    listed = hosts.startswith("*.")
    found = ["authorization" in request.headers for request in receiver.requests]
    assert found == [listed] * len(receiver.requests)


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://example.com/hook", True),
        ("https://EXAMPLE.com:8443/hook", True),
        ("https://a.b.example.org/", True),
        ("http://localhost:80/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]/", True),
        # Anybody on the way could read it.
        ("http://example.com/hook", False),
        ("http://a.example.org/", False),
        ("http://10.0.0.1/", False),
        # Not listed, whatever it looks like.
        ("https://evil.example/", False),
        ("https://example.com.evil.example/", False),
        ("https://evilexample.org/", False),
        ("https://example.org/", False),
        ("https://evil.example/?example.com", False),
        ("https://example.com@evil.example/", False),
        ("https://evil.example#@example.com", False),
        ("http://localhost.evil.example/", False),
        ("https://[x/", False),
    ],
)
def test_who_may_know_the_token(url: str, known: bool) -> None:
    hosts = ("example.com", "*.example.org", "localhost", "127.0.0.1", "::1", "10.0.0.1")
    assert webhook.may_know(url, hosts) == known
    assert not webhook.may_know(url, ())


def test_ends_that_nobody_takes_are_given_up(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The oldest, so that those that wait cost no more than so many."""
    monkeypatch.setattr(webhook, "_MAX_UNDELIVERED", 3)
    monkeypatch.setattr(webhook, "FIRST_PAUSE_SECONDS", 0.2)
    refusing = threading.Event()
    refusing.set()

    def answer(request: Received) -> Reply:
        return Reply(503 if refusing.is_set() else 200)

    with receive(answer) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            only = {"webhook_events_filter": ["completed"]}
            for number in range(5):
                body = {"id": str(number), "input": {"text": "x"}, "webhook": receiver.url}
                await http.post("/predictions", json={**body, **only})
            while caplog.text.count("too many are waiting") < 2:
                await asyncio.sleep(0.01)
            # What was on its way.
            await asyncio.to_thread(receiver.settle)
            receiver.requests.clear()
            refusing.clear()
            while len({notice["id"] for notice in told(receiver)}) < 3:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)

        run("echo.py:predict", talk, **ALLOWED)
    assert {notice["id"] for notice in told(receiver)} == {"2", "3", "4"}


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
    # One at the start, one for each interval, and the end.
    seconds = receiver.requests[-1].time - receiver.requests[0].time
    assert 3 <= len(receiver.requests) <= 3 + seconds / 0.3
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
            only = {"webhook_events_filter": ["start", "completed"]}
            body = {"input": {"text": "x"}, "webhook": receiver.url, **only}
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
