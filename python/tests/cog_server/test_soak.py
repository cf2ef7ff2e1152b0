"""Many predictions over HTTP, with random cancellations, crashes and clients that leave, against
the real server: after them it is READY, all slots are free, nothing is left, and its memory is
that of halfway.

COG_SOAK says how many; 10,000 by hand, with -s; 100,000 for the slope of the memory.
"""

import asyncio
import collections
import contextlib
import os
import pathlib
import random
import re

import httpx
import pytest

from tests.serving import DEADLINE_SECONDS, WORKER_PYTHON, Server, serve, until

COUNT = int(os.environ.get("COG_SOAK", "250"))
KINDS = {
    "work": 60,
    "raise": 10,
    "exit": 5,
    "large": 5,
    "wait": 10,
    "leave": 9,
    "crash": 1,
}
RETRY = (409, 503)
# How far the memory of the idle server may be from that of halfway: 64 MiB of answers are kept.
SLACK = 80_000_000


async def one(http: httpx.AsyncClient, number: int, chance: random.Random) -> str:
    """Run one prediction; returns what became of it."""
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    told = "wait" if kind == "leave" else kind
    body = {"input": {"kind": told, "file": "data:text/plain,soak"}}
    headers = {"Prefer": "respond-async"} if kind == "wait" else {}
    timeout = 0.02 if kind == "leave" else DEADLINE_SECONDS
    while True:
        try:
            answer = await http.put(
                f"/predictions/{number}", json=body, headers=headers, timeout=timeout
            )
        except httpx.TimeoutException:
            return "left"
        if answer.status_code not in RETRY:
            break
        await asyncio.sleep(0.01)
    if kind == "wait":
        await asyncio.sleep(chance.uniform(0, 0.01))
        cancelled = await http.post(f"/predictions/{number}/cancel")
        assert cancelled.status_code in (200, 404)
        return "cancelled"
    result = answer.json()
    assert result["status"] == ("succeeded" if told in ("work", "large") else "failed") or (
        # Another one has taken the worker with it.
        result["status"] == "failed" and "SIGABRT" in result["error"]
    ), result
    if result["status"] == "succeeded":
        assert result["logs"] == f"{told} begins\n"
        assert result["metrics"]["kind"] == told
        assert len(result["output"]) == (2 << 20 if told == "large" else 4)
    return str(result["status"])


def rss(server: Server) -> int:
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", text)[0]) * 1024


async def soak(server: Server, clients: int, count: range) -> collections.Counter[str]:
    chance = random.Random(count.stop)
    numbers = iter(count)
    ends: collections.Counter[str] = collections.Counter()

    async def client(http: httpx.AsyncClient) -> None:
        for number in numbers:
            ends[await one(http, number, chance)] += 1

    url = str(server.http.base_url)
    kept = httpx.Limits(keepalive_expiry=1)
    async with httpx.AsyncClient(base_url=url, timeout=DEADLINE_SECONDS, limits=kept) as http:
        await asyncio.gather(*(client(http) for _ in range(clients)))
    return ends


def descendants(process: int) -> set[int]:
    found = set()
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            for child in (task / "children").read_text().split():
                found |= {int(child)} | descendants(int(child))
    return found


@pytest.mark.parametrize(("name", "clients"), [("Predictor", 2), ("Crowd", 12)])
def test_soak(server_python: str, tmp_path: pathlib.Path, name: str, clients: int) -> None:
    work = tmp_path / "work"
    work.mkdir()
    environment = {"COG_PREDICT_TYPE_STUB": f"soak.py:{name}", "TMPDIR": str(work)}
    with serve(server_python, work, "soak.py", python=WORKER_PYTHON, **environment) as server:
        server.process.stdout.close()  # type: ignore[union-attr]
        server.process.stderr.close()  # type: ignore[union-attr]
        server.until("READY")
        ends = asyncio.run(soak(server, clients, range(COUNT // 2)))
        server.until("READY")
        half = rss(server)
        ends += asyncio.run(soak(server, clients, range(COUNT // 2, COUNT)))
        print(ends)
        assert sum(ends.values()) == COUNT
        assert set(ends) == {"succeeded", "failed", "cancelled", "left"}
        server.until("READY")
        until(lambda: server.predict(kind="work", file="data:,soak")["output"] == "done")
        # The last that were left may still be on their way out.
        until(lambda: not any(files for _, _, files in os.walk(work)))
        assert len(descendants(server.process.pid)) == 1
        slope = (rss(server) - half) / (COUNT - COUNT // 2)
        print(f"{half:,} bytes halfway, {slope:+.1f} bytes a prediction after it")
        until(lambda: rss(server) < half + SLACK)
        worker = server.worker()
        server.http.post("/shutdown")
        server.process.wait(DEADLINE_SECONDS)
    assert not pathlib.Path(f"/proc/{worker}").exists()
    assert list(work.iterdir()) == []
