"""The server's memory: what predictions, clients and floods of logs leave behind is nothing.

COG_SOAK_LARGE says how many large predictions the last test runs; 2,000 by hand, with -s.
"""

import contextlib
import os
import pathlib
import re
import socket
import threading
import time
from collections.abc import Iterator

from tests.serving import Server, serve, until

MB = 1_000_000
COUNT = int(os.environ.get("COG_SOAK_LARGE", "40"))
# How far from idle the memory may stay.
SLACK = 20 * MB


def rss(server: Server) -> int:
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", text)[0]) * 1024


class Drain:
    """Reads what the server prints, and counts."""

    def __init__(self, server: Server) -> None:
        self.size = 0
        self.errors: list[str] = []
        for target in (self._output, self._errors):
            threading.Thread(target=target, args=(server,), daemon=True).start()

    def _output(self, server: Server) -> None:
        while data := server.process.stdout.buffer.read1(1 << 20):  # type: ignore[union-attr]
            self.size += len(data)

    def _errors(self, server: Server) -> None:
        for line in server.process.stderr or []:
            self.errors.append(line)


@contextlib.contextmanager
def flooded(
    server_python: str, tmp: pathlib.Path, name: str = "Predictor", **environment: str
) -> Iterator[tuple[Server, Drain, int]]:
    """Serve models/flood.py; yields the server, what it prints, and its memory when idle."""
    stub = {"COG_PREDICT_TYPE_STUB": f"flood.py:{name}"}
    with serve(server_python, tmp, "flood.py", **stub, **environment) as server:
        drain = Drain(server)
        server.until("READY")
        server.http.get("/docs")
        for _ in range(20):
            server.http.post("/predictions", json={"input": {"size": 1, "count": 1}})
        yield server, drain, rss(server)


def back(server: Server, idle: int, what: str) -> None:
    """Wait until the memory is back."""
    peak = rss(server)
    with contextlib.suppress(AssertionError):
        until(lambda: rss(server) <= idle + SLACK)
    print(f"{what}: idle {idle // MB} MB, then {peak // MB} MB, at the end {rss(server) // MB} MB")
    assert rss(server) <= idle + SLACK


def test_large_outputs_are_given_back(server_python: str, tmp_path: pathlib.Path) -> None:
    with flooded(server_python, tmp_path) as (server, _, idle):
        for _ in range(5):
            assert len(server.predict(output=100 * MB)["output"]) == 100 * MB
        back(server, idle, "5 outputs of 100 MB")


def test_floods_of_logs_are_given_back(server_python: str, tmp_path: pathlib.Path) -> None:
    with flooded(server_python, tmp_path) as (server, drain, idle):
        before = drain.size
        for _ in range(2):
            logs = server.predict(logs=100 * MB)["logs"]
            assert len(logs) < 2 * MB
            assert "98" in logs
        until(lambda: drain.size - before == 200 * MB)
        back(server, idle, "2 floods of 100 MB of logs")


def test_a_flood_in_setup(server_python: str, tmp_path: pathlib.Path) -> None:
    with flooded(server_python, tmp_path, SETUP_LOGS=str(300 * MB)) as (server, drain, idle):
        until(lambda: drain.size == 300 * MB)
        answer = server.http.get("/health-check")
        print(f"300 MB printed in setup: health answers {len(answer.content):,} bytes, {idle=:,}")
        assert len(answer.content) < 2 * MB
        assert idle < 100 * MB


@contextlib.contextmanager
def stalled(server: Server, count: int, request: bytes) -> Iterator[list[socket.socket]]:
    """Connections that send a request and never read."""
    clients = []
    for _ in range(count):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(request)
        clients.append(client)
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_readers_that_never_read(server_python: str, tmp_path: pathlib.Path) -> None:
    gate = tmp_path / "gate"
    body = f'{{"input": {{"size": 1000000, "count": 20, "gate": "{gate}"}}}}'.encode()
    with flooded(server_python, tmp_path, "Events") as (server, _, idle):
        first = {"Prefer": "respond-async", "Content-Type": "application/json"}
        server.http.put("/predictions/a", content=body, headers=first)
        until(lambda: len(server.http.get("/predictions/a").json()["output"] or []) == 20)
        put = request("PUT", "/predictions/a", body, "Accept: text/event-stream")
        with stalled(server, 60, put):
            time.sleep(1)
            gate.touch()
            time.sleep(1)
            peak = rss(server)
            print(f"20 MB of events, 60 readers: idle {idle // MB} MB, with them {peak // MB} MB")
            assert peak < idle + 150 * MB
        back(server, idle, "60 readers that are gone")


def test_bodies_that_never_end(server_python: str, tmp_path: pathlib.Path) -> None:
    with flooded(server_python, tmp_path) as (server, _, idle):
        head = b"POST /predictions HTTP/1.1\r\nHost: x\r\nContent-Length: 95000000\r\n\r\n"
        with stalled(server, 0, b"") as clients:
            for _ in range(20):
                client = socket.create_connection(("127.0.0.1", server.port))
                clients.append(client)
                with contextlib.suppress(OSError):
                    client.sendall(head + b"x" * 90 * MB)
            time.sleep(1)
            peak = rss(server)
            print(f"20 bodies of 90 MB: idle {idle // MB} MB, with them {peak // MB} MB")
            assert peak < idle + 300 * MB
        back(server, idle, "20 bodies that are gone")


class Harm:
    """Clients that do all that is bad for a server's memory, until stopped; a few at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stop = threading.Event()
        large = b'{"input": {"output": 20000000}}'
        head = b"POST /predictions HTTP/1.1\r\nHost: x\r\nContent-Length: 95000000\r\n\r\n"
        self._threads = [
            threading.Thread(target=self._run, args=(5, request("POST", "/predictions", large))),
            threading.Thread(target=self._run, args=(3, request("GET", "/predictions/kept"))),
            threading.Thread(target=self._run, args=(2, head + b"x" * 30 * MB)),
            threading.Thread(target=self._run, args=(20, b"GET / HTTP/1.1\r\nA: ")),
        ]

    def _run(self, count: int, data: bytes) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError), stalled(self._server, count, data):
                self._stop.wait(2)

    def __enter__(self) -> "Harm":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def large(server: Server, number: int) -> bool:
    """Run one of the predictions; False when another one has the slot."""
    logs = 10 * MB if number % 10 == 0 else 1000
    body = {"input": {"output": 20 * MB, "logs": logs}}
    answer = server.http.put(f"/predictions/{'kept' if number % 7 == 0 else number}", json=body)
    if answer.status_code in (202, 409):
        return False
    assert answer.status_code == 200
    assert len(answer.content) > 20 * MB
    return True


def test_many_large_predictions_among_harm(server_python: str, tmp_path: pathlib.Path) -> None:
    with flooded(server_python, tmp_path) as (server, _, idle):
        peak, started = 0, time.monotonic()
        with Harm(server):
            for number in range(COUNT):
                while not large(server, number):
                    time.sleep(0.01)
                peak = max(peak, rss(server))
                if number % max(COUNT // 10, 1) == 0:
                    print(f"after {number}: {rss(server) // MB} MB", flush=True)
        seconds = time.monotonic() - started
        print(f"{COUNT} predictions of 20 MB among harm: {seconds:.0f} s, {peak // MB} MB at most")
        back(server, idle, f"{COUNT} predictions of 20 MB among harm")
        server.until("READY")
