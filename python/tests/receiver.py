"""A real HTTP server that webhooks, uploads and downloads of the tests go to."""

import contextlib
import http.server
import pathlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.serving import until

ALLOWED = {"COG_ALLOWED_NETWORKS": "127.0.0.0/8"}


@dataclass
class Received:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    time: float


@dataclass
class Reply:
    """One answer that goes."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """Keeps what came in `requests`; `answer` says what goes back."""

    def __init__(self, url: str, answer: Callable[[Received], Reply]) -> None:
        self.url = url
        self.answer = answer
        self.requests: list[Received] = []
        # The addresses of clients that are being answered.
        self.clients: set[Any] = set()

    def settle(self) -> None:
        """Wait until all is answered that has been on its way here."""
        host, _, port = self.url.rpartition("/")[2].rpartition(":")
        with socket.create_connection((host, int(port))) as last:
            last.shutdown(socket.SHUT_WR)
            assert last.recv(1) == b""
        until(lambda: not self.clients)


@contextlib.contextmanager
def receive(
    answer: Callable[[Received], Reply] = lambda request: Reply(),
    tls: ssl.SSLContext | None = None,
) -> Iterator[Receiver]:
    """Run a receiver on a free port of 127.0.0.1."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, self.path, headers, body, time.monotonic())
            receiver.requests.append(request)
            reply = receiver.answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Listener(http.server.ThreadingHTTPServer):
        request_queue_size = 128

        def process_request(self, request: Any, client_address: Any) -> None:
            receiver.clients.add(client_address)
            super().process_request(request, client_address)

        def process_request_thread(self, request: Any, client_address: Any) -> None:
            super().process_request_thread(request, client_address)
            receiver.clients.discard(client_address)

    server = Listener(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_address[1]}", answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trusted(folder: pathlib.Path) -> tuple[ssl.SSLContext, str]:
    """Make a certificate of 127.0.0.1; returns what serves with it and the file to trust."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)
