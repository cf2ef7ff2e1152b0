"""The real server as a process, with its worker under another interpreter, for tests."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

PYTHON = pathlib.Path(__file__).parents[1]
MODELS = PYTHON / "tests" / "models"
PROJECTS = PYTHON.parent / "tests" / "projects"
# What the tests' own environment was made from: it has none of the server's packages.
WORKER_PYTHON = os.path.realpath(sys.executable)
# For what happens at once, on a machine that is busy with other things.
DEADLINE_SECONDS = 300.0


def until(condition: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is true; fails after a while."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (result := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
    return result


def command_line(pid: str) -> bytes:
    """Return that of a process, which may be gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def client(url: str) -> httpx.Client:
    """Return a patient client. It keeps a connection for less time than the server, which may hang
    up in the moment of the next request else.
    """
    limits = httpx.Limits(keepalive_expiry=1)
    return httpx.Client(base_url=url, timeout=DEADLINE_SECONDS, limits=limits)


class Server:
    """A running server: `http` to talk to it, `process` to signal it."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port
        self.http = client(f"http://127.0.0.1:{port}")

    def state(self) -> str | None:
        """Return the health state; None before the server answers at all."""
        try:
            answer = self.http.get("/health-check")
        except httpx.TransportError:
            return None
        assert answer.status_code == 200
        return str(answer.json()["status"])

    def listens(self) -> bool:
        """Whether new connections are taken."""
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def until(self, state: str) -> None:
        """Wait for a health state."""
        until(lambda: self.state() == state)

    def predict(self, **inputs: Any) -> dict[str, Any]:
        """Run a prediction; the answer must be a 200."""
        answer = self.http.post("/predictions", json={"input": inputs})
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def worker(self) -> int:
        """Return the process id of the worker; the reader of the schema may still run beside it."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        [worker] = [int(child) for child in children if b"cog.worker" in command_line(child)]
        return worker

    def end(self) -> tuple[int, str, str]:
        """Wait for the end of the process; returns status, stdout, stderr."""
        output, errors = self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode, output, errors


@contextlib.contextmanager
def serve(
    server_python: str,
    tmp: pathlib.Path,
    file: str,
    *arguments: str,
    python: str = WORKER_PYTHON,
    **environment: str,
) -> Iterator[Server]:
    """Start the server as an image does, for a model of MODELS or of another folder; ends it
    afterwards. It is given its socket, as a port that it were to take could be another's by then;
    but where PORT is said.
    """
    path = MODELS / file
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PYTHON),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(tmp),
        "COG_SERVER_PYTHON": server_python,
        "COG_OPENAPI_FILE": str(tmp / "none.json"),
        "COG_PREDICT_TYPE_STUB": f"{path.name}:{'predict' if path.stem == 'echo' else 'Predictor'}",
        **environment,
    }
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        handed = () if "PORT" in environment else ("--fd", str(listener.fileno()))
        process = subprocess.Popen(
            [python, "-m", "cog.server.http", "--host", "127.0.0.1", *handed, *arguments],
            cwd=path.parent,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            text=True,
        )
        server = Server(process, listener.getsockname()[1])
    try:
        yield server
    finally:
        server.http.close()
        if process.poll() is None:
            process.kill()
        process.communicate()
