"""Clients that keep the real server waiting, and more of them than it can hold."""

import asyncio
import contextlib
import itertools
import json
import pathlib
import re
import select
import signal
import socket
import time
from collections.abc import Iterator

import pytest
import uvicorn

from cog_server import protocol
from tests.serving import DEADLINE_SECONDS, WORKER_PYTHON, Server, client, serve, until

POST = b"POST /predictions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
HEALTH = b"GET /health-check HTTP/1.1\r\nHost: x\r\n\r\n"
# So far apart that a server which has to wait for a processor takes none for the other.
PATIENCE = {"COG_IDLE_TIMEOUT": "1", "COG_REQUEST_TIMEOUT": "8"}


@pytest.fixture(scope="module")
def impatient(server_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("impatient")
    with serve(server_python, folder, "flood.py", **PATIENCE) as server:
        server.until("READY")
        server.http.get("/docs")
        yield server


def connect(server: Server, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), DEADLINE_SECONDS)
    connection.sendall(data)
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "the head of the request has not come within 1 s"),
        (b"GET / HT", "the head of the request has not come within 1 s"),
        (POST % 100, "the next part of the body has not come within 1 s"),
        (POST % 100 + b'{"input": {', "the next part of the body has not come within 1 s"),
        (
            b"POST /predictions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{",
            "the next part of the body has not come within 1 s",
        ),
    ],
)
def test_silence_in_a_request(impatient: Server, data: bytes, text: str) -> None:
    answer, seconds = until(lambda: stopped(impatient, data))
    head, _, body = answer.rpartition(b"\r\n\r\n")
    assert b"HTTP/1.1 408 Request Timeout\r\n" in head
    assert json.loads(body) == {"detail": text}
    assert seconds >= 1


def stopped(server: Server, data: bytes) -> tuple[bytes, float] | None:
    """Send this and no more; returns what comes, and the seconds that it took. None where this
    machine was too busy to send it at once.
    """
    started = time.monotonic()
    with connect(server, data) as connection:
        sent = time.monotonic()
        answer = rest(connection)
    return (answer, time.monotonic() - started) if sent - started < 1 else None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"GET / HTTP/1.1\r\nA: ", "the head of the request has not come within 1 s"),
        (POST % 100000, "the request has not come within 8 s"),
    ],
)
def test_requests_that_drip(impatient: Server, data: bytes, text: str) -> None:
    answer = until(lambda: dripped(impatient, data))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert text.encode() in answer


def dripped(server: Server, data: bytes) -> bytes | None:
    """Send this, and then byte by byte until there is an answer; returns it. None where this
    machine was too busy to send a byte every second.
    """
    longest, last = 0.0, time.monotonic()
    with connect(server, data) as connection:
        while not select.select([connection], [], [], 0.2)[0]:
            connection.sendall(b"a")
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        longest = max(longest, time.monotonic() - last)
        answer = rest(connection)
    return answer if longest < 1 else None


def answer(connection: socket.socket) -> bytes:
    """Read one answer whole, however it is cut."""
    came = b""
    while True:
        head, end, body = came.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if end and length and len(body) >= int(length[1]):
            return came
        part = connection.recv(1 << 16)
        assert part, came
        came += part


def test_a_request_that_takes_its_time(impatient: Server) -> None:
    """A client that waits for the end of its prediction is not slow; nor is one between two."""
    body = b'{"input": {"output": 3}}'
    head = POST % len(body)
    until(lambda: b'"yyy"' in in_time(impatient, 0.8, head + body[:5], body[5:15], body[15:]))
    until(lambda: asked_twice(impatient))


def asked_twice(server: Server) -> bool:
    """Ask for more than a second nothing in between; False where it was so long that the connection
    was no longer kept.
    """
    with connect(server, HEALTH) as connection:
        assert answer(connection).startswith(b"HTTP/1.1 200 ")
        answered = time.monotonic()
        time.sleep(2)
        with contextlib.suppress(ConnectionError):
            connection.sendall(HEALTH)
        if time.monotonic() - answered > 4:
            return False
        assert answer(connection).startswith(b"HTTP/1.1 200 ")
    return True


def in_time(server: Server, pause: float, *parts: bytes) -> bytes:
    """Send these with pauses; returns the answer, or nothing where this machine was too busy for
    it to take less than the second that the server waits.
    """
    longest, last = 0.0, time.monotonic()
    with connect(server) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
                time.sleep(pause)
        return answer(connection) if longest < 1 else b""


def test_an_answer_that_is_not_read(impatient: Server) -> None:
    body = b'{"input": {"output": 50000000}}'
    before = predictions(impatient)
    with connect(impatient, POST % len(body) + body) as connection:
        until(lambda: predictions(impatient) > before)
        until(lambda: dropped(connection))
        came = rest(connection)
    assert 0 < len(came) < 40_000_000


def dropped(connection: socket.socket) -> bool:
    """Whether nobody has its other end any more, though it is not read to its end."""
    mine, theirs = (
        f":{name[1]:04X}" for name in (connection.getsockname(), connection.getpeername())
    )
    lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()]
    ends = [line for line in lines if line[1].endswith(theirs) and line[2].endswith(mine)]
    return all(inode == "0" for *_, inode in (line[:10] for line in ends))


def predictions(server: Server) -> int:
    """How many have ended."""
    text = server.http.get("/metrics").text
    return int(re.findall(r"^cog_prediction_duration_seconds_count (\d+)", text, re.MULTILINE)[0])


def test_an_answer_that_is_read_slowly(impatient: Server) -> None:
    """Who reads is not dropped, though there is always as much left to send."""
    until(lambda: read_slowly(impatient, 8))


def read_slowly(server: Server, seconds: float) -> bool:
    """Read a long answer for so long; False where this machine was too busy to do so in time."""
    body = b'{"input": {"output": 50000000}}'
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(POST % len(body) + body)
        longest, last = 0.0, time.monotonic()
        assert connection.recv(1)
        end = time.monotonic() + seconds
        while last < end:
            dropped = not connection.recv(1 << 17)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
            assert not dropped or longest >= 1
            if dropped:
                return False
            time.sleep(0.001)
    return True


def test_what_the_kernel_still_has_is_looked_at() -> None:
    """A kernel that has megabytes to send takes none for long from a server whose client reads."""
    asyncio.run(look_at_what_the_kernel_has())


async def look_at_what_the_kernel_has() -> None:
    limits = protocol.Limits(idle=1, request=3, connections=10)
    config = uvicorn.Config(protocol._crowded, http=protocol.Protocol, log_config=None)
    config.load()
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
    with client:
        transport, connection = await loop.connect_accepted_socket(
            lambda: protocol.Protocol(config, protocol.State(limits), {}), accepted
        )
        transport.write(bytes(50_000_000))
        connection.check(100)
        unsent = connection.count_unsent()
        while connection.count_unsent() == unsent:
            client.recv(1 << 16)
        connection.check(102)
        assert not transport.is_closing()
        # The kernel may take a moment to send all that there is room for now.
        times = itertools.count(104, 2)
        until(lambda: connection.check(next(times)) or transport.is_closing())


def status(server: Server, body: bytes) -> int:
    return server.http.post("/predictions", content=body).status_code


def test_a_budget_for_bodies(server_python: str, tmp_path: pathlib.Path) -> None:
    limits = {"COG_MAX_BODY": "1000000", "COG_MAX_BODIES": "2000000", "COG_IDLE_TIMEOUT": "600"}
    with serve(server_python, tmp_path, "flood.py", **limits) as server:
        server.until("READY")
        with connect(server, POST % 1_000_000 + b"x" * 900_000):
            with connect(server, POST % 1_000_000 + b"x" * 900_000):
                # Those two have come.
                until(lambda: status(server, b" " * 250_000) == 503)
                assert server.http.post("/predictions", json={}).status_code == 200
                answer = server.http.post("/predictions", content=b" " * 250_000)
                text = "too many bytes of requests are on their way: COG_MAX_BODIES"
                assert answer.json() == {"detail": text}
            until(lambda: status(server, b" " * 250_000) == 422)


def test_the_budget_is_given_back(server_python: str, tmp_path: pathlib.Path) -> None:
    """By requests of every end."""
    limits = {"COG_MAX_BODY": "1000", "COG_MAX_BODIES": "1000", "COG_QUEUE": "1"}
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "setup.open").touch()
    limits |= {"GATES": str(tmp_path / "gates")}
    with serve(server_python, tmp_path, "gate.py", **limits) as server:
        server.until("READY")
        large = b'{"input": {}, "pad": "%s"}' % (b"x" * 900)
        (tmp_path / "gates" / "predict.open").touch()
        for _ in range(3):
            assert status(server, large) == 200
            assert status(server, b"x" * 900) == 422
            assert status(server, b'{"input": [], "pad": "%s"}' % (b"x" * 900)) == 422
        # One runs and has its input; one waits, and holds it until it starts.
        (tmp_path / "gates" / "predict.open").unlink()
        wait = {"Prefer": "respond-async"}
        for _ in range(2):
            answer = server.http.post("/predictions", content=large, headers=wait)
            assert answer.status_code == 202
        assert status(server, large) == 503
        (tmp_path / "gates" / "predict.open").touch()
        until(lambda: server.state() == "READY")
        assert status(server, large) == 200


@pytest.fixture
def narrow(server_python: str, tmp_path: pathlib.Path) -> Iterator[Server]:
    """A server with 64 descriptors."""
    limited = tmp_path / "python"
    limited.write_text(f'#!/bin/sh\nulimit -n 64\nexec {WORKER_PYTHON} "$@"\n')
    limited.chmod(0o755)
    with serve(server_python, tmp_path, "flood.py", python=str(limited)) as server:
        server.until("READY")
        server.http.get("/docs")
        server.http.close()
        server.http = client(str(server.http.base_url))
        yield server


def cpu(server: Server) -> float:
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2]
    return sum(map(int, fields.split()[11:13])) / 100


@contextlib.contextmanager
def many(server: Server, count: int, data: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(connect(server, data)) for _ in range(count)]


def test_more_idle_connections_than_descriptors(narrow: Server) -> None:
    started = time.monotonic()
    with many(narrow, 120, b"GET / HT"):
        before = cpu(narrow)
        for _ in range(20):
            assert narrow.state() == "READY"
            time.sleep(0.1)
        assert cpu(narrow) - before < 1
        assert narrow.predict(output=3)["output"] == "yyy"
    narrow.process.terminate()
    _, _, errors = narrow.end()
    print(f"{len(errors.splitlines())} lines of log")
    found = [line for line in errors.splitlines() if "too many" in line]
    # Once a minute.
    assert 1 <= len(found) <= 1 + (time.monotonic() - started) / 60
    assert len(errors.splitlines()) < 15


def test_idle_connections_are_no_reason_to_refuse_a_request(narrow: Server) -> None:
    """All come at once, so that more are accepted than there may be."""
    body = b'{"input": {"output": 3}}'
    for count in range(10, 40, 3):
        narrow.process.send_signal(signal.SIGSTOP)
        with many(narrow, count, b"GET / HT"), connect(narrow, POST % len(body) + body) as client:
            narrow.process.send_signal(signal.SIGCONT)
            assert client.recv(100).startswith(b"HTTP/1.1 200 "), count


def well(server: Server) -> bool:
    with connect(server, HEALTH) as client:
        return starts(client, b"HTTP/1.1 200 ")


def starts(connection: socket.socket, text: bytes) -> bool:
    """Whether the answer begins so; False where the server hangs up instead."""
    with contextlib.suppress(ConnectionError):
        return connection.recv(100).startswith(text)
    return False


def test_more_busy_connections_than_descriptors(narrow: Server) -> None:
    def refused() -> bool:
        # Time for the server to see that the one before is gone.
        time.sleep(0.1)
        busy.enter_context(connect(narrow, POST % 100 + b"{"))
        time.sleep(0.1)
        with connect(narrow, POST % 2 + b"{}") as client:
            return starts(client, b"HTTP/1.1 503 ")

    with contextlib.ExitStack() as busy:
        until(refused)
        for _ in range(10):
            until(lambda: well(narrow))
            until(refused)
        before = cpu(narrow)
        time.sleep(1)
        assert cpu(narrow) - before < 0.5
    until(lambda: narrow.state() == "READY")
    assert narrow.predict(output=3)["output"] == "yyy"
