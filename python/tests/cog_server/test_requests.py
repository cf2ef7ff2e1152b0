"""Bodies, headers and the routes beside predictions."""

import asyncio
import pathlib
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from cog_server import prefer, trace
from cog_server.mask import Mask
from cog_server.model import State
from cog_server.prefer import Prefer
from cog_server.ready import ReadyFile
from tests.cog_server.conftest import Run

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_large_bodies_are_refused(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        body = b'{"input": {"text": "x"}}'
        assert (await http.post("/predictions", content=body)).status_code == 200
        announced = await http.post("/predictions", content=body + b" ")
        detail = {"detail": "the body has more than 24 bytes, the limit of COG_MAX_BODY"}
        assert (announced.status_code, announced.json()) == (413, detail)

        async def chunks() -> AsyncIterator[bytes]:
            yield body
            yield b" "

        chunked = await http.post("/predictions", content=chunks())
        assert (chunked.status_code, chunked.json()) == (413, detail)

    run("echo.py:predict", talk, COG_MAX_BODY="24")


@pytest.mark.parametrize("body", [b"[]", b"1", b"\xff", b'{"input": ', b"[" * 100000, b"nan"])
def test_bodies_that_are_no_requests(run: Run, body: bytes) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        answer = await http.post("/predictions", content=body)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body"]

    run("echo.py:predict", talk)


def test_waiting_for_so_long(run: Run, tmp_path: pathlib.Path) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        body = {"id": "a", "input": {"kind": "sleep", "marker": str(tmp_path / "marker")}}
        short = await http.post("/predictions", json=body, headers={"Prefer": "wait=0"})
        assert (short.status_code, short.json()["status"]) == (202, "starting")
        assert short.headers["preference-applied"] == "wait=0"
        while not (tmp_path / "marker").exists():
            await asyncio.sleep(0.01)
        await http.post("/predictions/a/cancel")
        while (await http.get("/health-check")).json()["status"] == "BUSY":
            await asyncio.sleep(0.01)
        body = {"input": {"kind": ""}}
        enough = await http.post("/predictions", json=body, headers={"Prefer": "wait=20"})
        assert (enough.status_code, enough.json()["status"]) == (200, "succeeded")

    run("trouble.py:Predictor", talk)


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("", Prefer()),
        ("respond-async", Prefer(0, "respond-async")),
        ("Respond-Async; foo=bar", Prefer(0, "respond-async")),
        ("wait=5", Prefer(5, "wait=5")),
        ('respond-async, wait = "5"', Prefer(5, "wait=5")),
        ("wait=5, wait=6", Prefer(5, "wait=5")),
        ("wait=-1", Prefer()),
        ("wait=1e9", Prefer()),
        ("wait=99999999999", Prefer()),
        ("handling=lenient", Prefer()),
    ],
)
def test_preferences(header: str, wish: Prefer) -> None:
    assert prefer.read(header) == wish


@pytest.mark.parametrize(
    ("parent", "state", "names"),
    [
        (PARENT, "", ["traceparent"]),
        (PARENT, "a=b,c=d", ["traceparent", "tracestate"]),
        (PARENT, "a=\r\nb", ["traceparent"]),
        (PARENT, "a" * 513, ["traceparent"]),
        ("", "a=b", []),
        ("ff" + PARENT[2:], "", []),
        (PARENT.upper(), "", []),
        (PARENT.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32), "", []),
        (PARENT.replace("b7ad6b7169203331", "0" * 16), "", []),
        (PARENT + "-00", "", []),
    ],
)
def test_traces(parent: str, state: str, names: list[str]) -> None:
    found = trace.read({"traceparent": parent, "tracestate": state})
    assert [name for name, _ in found.headers] == names
    assert found.id == (PARENT[3:35] if names else "")


def test_masks() -> None:
    mask = Mask(["secret", "secret-too", "abc"])
    shown = [mask.feed(text) for text in ("a se", "cret", "-too and secr", "ecy abc")]
    assert "".join([*shown, mask.flush()]) == "a ********** and secrecy abc"
    assert mask.feed("secret-to") + mask.flush() == "**********-to"
    crossing = Mask(["secretx", "xyz-xyz"])
    assert crossing.feed("a secretx") + crossing.feed("yz") + crossing.flush() == "a **********yz"
    assert Mask([]).feed("secret") == "secret"
    assert Mask(["secret"]).whole("secretsecret") == "*" * 20


def test_metrics(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        for kind in ("", "", "raise"):
            await http.post("/predictions", json={"input": {"kind": kind}})
        answer = await http.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = answer.text.splitlines()
        assert 'cog_predictions_total{status="succeeded"} 2' in lines
        assert 'cog_predictions_total{status="failed"} 1' in lines
        assert 'cog_prediction_duration_seconds_bucket{le="+Inf"} 3' in lines
        assert "cog_prediction_duration_seconds_count 3" in lines
        assert "cog_slots 1" in lines
        assert 'cog_state{state="READY"} 1' in lines
        for line in lines:
            assert re.fullmatch(r'# (HELP|TYPE) cog_\w+ .+|cog_\w+({\w+="[^"]+"})? [\d.e-]+', line)

    run("trouble.py:Predictor", talk)


def test_the_page_asks_nobody_else(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        answer = await http.get((await http.get("/")).json()["docs_url"])
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert re.findall(r"(?:src|href)=.*", answer.text) == ['href="data:,">']
        assert "://" not in answer.text

    run("echo.py:predict", talk)


def test_the_readiness_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run" / "ready"
    ready = ReadyFile(str(path))
    for state, there in [
        (State.STARTING, False),
        (State.READY, True),
        (State.BUSY, True),
        (State.STARTING, False),
        (State.READY, True),
        (State.DEFUNCT, False),
        (State.READY, True),
    ]:
        ready.update(state)
        assert path.exists() == there
    ready.remove()
    assert not path.exists()
    ReadyFile(None).update(State.READY)
    ReadyFile("/dev/null/ready").update(State.READY)
