"""What is no HTTP, sent to the real server: the answer is JSON, and the server goes on."""

import contextlib
import json
import pathlib
import socket
from collections.abc import Iterator

import pytest

from tests.serving import DEADLINE_SECONDS, Server, serve

POST = b"POST /predictions HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture(scope="module")
def echo(server_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(server_python, tmp_path_factory.mktemp("echo"), "echo.py") as server:
        server.until("READY")
        yield server


def exchange(server: Server, data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes; returns status, headers and body of the answer, after which it hangs up."""
    port = server.http.base_url.port
    assert port is not None
    answer = b""
    with socket.create_connection(("127.0.0.1", port), DEADLINE_SECONDS) as connection:
        # It hangs up when it has read enough, and what it has said can be read all the same.
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(data)
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ") for line in lines), body


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 300_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 100_000, 431),
        (b"GET /" + b"a" * 300_000, 431),
    ],
)
def test_no_http(echo: Server, data: bytes, status: int) -> None:
    found, headers, body = exchange(echo, data)
    assert found == status, body
    assert headers["content-type"] == "application/json"
    assert list(json.loads(body)) == ["detail"]
    assert echo.state() == "READY"


def test_a_large_body_is_no_head(echo: Server) -> None:
    for _ in range(2):
        assert echo.predict(text="a" * 500_000, times=1)["output"] == ["a" * 500_000]


def test_nothing_is_downloaded_without_a_schema(server_python: str, tmp_path: pathlib.Path) -> None:
    broken = tmp_path / "openapi.json"
    broken.write_text("{}")
    with (
        serve(server_python, tmp_path, "files.py", COG_OPENAPI_FILE=str(broken)) as server,
        socket.create_server(("127.0.0.1", 0)) as site,
    ):
        server.until("READY")
        site.settimeout(0.5)
        answer = server.predict(file=f"http://127.0.0.1:{site.getsockname()[1]}/")
        assert answer["status"] == "failed"
        assert "does not know the model's schema" in answer["error"]
        with pytest.raises(TimeoutError):
            site.accept()
