"""Who answers while the server is imported."""

import contextlib
import json
import pathlib
import socket
from collections.abc import Iterator

import pytest

from cog_server.doorman import Doorman
from tests.serving import DEADLINE_SECONDS, Server, serve, until

HEALTH = b"GET /health-check HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.contextmanager
def standing() -> Iterator[tuple[Doorman, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        doorman = Doorman(listener, {"status": "STARTING"})
        doorman.start()
        yield doorman, listener.getsockname()[1]


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS)


def status(connection: socket.socket) -> str:
    """Read one answer, which may come in pieces."""
    data = connection.recv(1 << 16)
    while not data.endswith(b"}"):
        piece = connection.recv(1 << 16)
        assert piece, data
        data += piece
    head, _, text = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(text)}".encode() in head
    return str(json.loads(text)["status"])


def test_health_is_answered() -> None:
    with standing() as (doorman, port), connect(port) as client:
        for _ in range(3):
            client.sendall(HEALTH)
            assert status(client) == "STARTING"
        with connect(port) as other:
            other.sendall(HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            assert status(other) == "STARTING"
            assert other.recv(1) == b""
        for connection in doorman.dismiss():
            connection.close()
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    "text",
    [
        b"POST /predictions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        b"GET /health-check HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        b"GET /health-check HTTP/1.1\r\nContent-Length: 2\r\n\r\n",
        b"GET /health-check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /health-checks HTTP/1.1\r\n\r\n",
        b"GET /health-check HTTP/1.0\r\n\r\n",
        b"GET /health-check HTTP/1.1\r\nHo",
        HEALTH + HEALTH,
        b"\x16\x03\x01",
    ],
)
def test_all_else_waits_unread(text: bytes) -> None:
    with standing() as (doorman, port), connect(port) as client, connect(port) as other:
        client.sendall(text)
        # Answered after that was looked at.
        other.sendall(HEALTH)
        assert status(other) == "STARTING"
        found = {item.getpeername(): item for item in doorman.dismiss()}
        assert found[client.getsockname()].recv(1 << 16) == text
        for connection in found.values():
            connection.close()


def test_early_requests_are_answered_by_the_server(
    server_python: str, tmp_path: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, "echo.py") as server:
        early = until(lambda: connected(server))
        with early[0], early[1]:
            early[0].sendall(b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n")
            early[1].sendall(HEALTH)
            assert status(early[1]) in ("STARTING", "READY")
            assert early[0].recv(1 << 16).startswith(b"HTTP/1.1 200 OK\r\n")
            # The connection that the doorman has answered on is now the server's.
            server.until("READY")
            early[1].sendall(HEALTH)
            assert status(early[1]) == "READY"


def connected(server: Server) -> list[socket.socket] | None:
    try:
        return [connect(server.port) for _ in range(2)]
    except ConnectionRefusedError:
        return None


def test_a_port_that_is_taken(server_python: str, tmp_path: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serve(server_python, tmp_path, "echo.py", PORT=port) as server:
            code, _, errors = server.end()
    assert code == 3
    assert json.loads(errors.splitlines()[-1])["error"] == "Address already in use"
