"""The worker process as the server sees it: started, spoken to, listened to, ended.

The messages are described in cog.worker, the package at the other end. What the worker writes to
its stdout and stderr comes through a pipe for each; what a message reports was written before it,
so before a message is handed on the pipes are emptied. The worker leads a process group of its
own, which ends with it, grandchildren included; a daemon, which has left the group, is found by the
mark that every process of the worker has in its environment.
"""

import asyncio
import codecs
import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import uuid
from collections.abc import Callable
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

# As in cog.worker.channel.
INLINE_BYTES = 1 << 20
_PIPE_BYTES = 1 << 16
_MARK = "COG_WORKER"
# One that the kernel does not let end would be found for ever.
_SWEEPS = 20

_plain = json.JSONEncoder(separators=(",", ":")).encode


class Pipe:
    """One of the worker's outputs. `on_text` is called with what comes out of it."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.fd, self.other_end = os.pipe()
        os.set_blocking(self.fd, False)
        asyncio.get_running_loop().add_reader(self.fd, self.read)

    def read(self) -> None:
        """Hand on what the pipe holds now: never more than its size, so a chatty child cannot
        hold us here.
        """
        left = _PIPE_BYTES
        while left > 0:
            try:
                data = os.read(self.fd, left)
            except BlockingIOError:
                break
            if not data:
                # The worker has closed it; a reader would be called without end.
                asyncio.get_running_loop().remove_reader(self.fd)
                break
            left -= len(data)
            self._on_text(self._decoder.decode(data))

    def close_other_end(self) -> None:
        """Leave it to the worker alone."""
        os.close(self.other_end)

    def close(self) -> None:
        """Hand on the rest, and close."""
        self.read()
        asyncio.get_running_loop().remove_reader(self.fd)
        os.close(self.fd)


class Worker(asyncio.Protocol):
    """One worker. Callbacks run in the event loop, in the order of what the worker did; `on_log`
    has the text and its source, stdout or stderr. `folder` is for the files of large messages.
    """

    def __init__(
        self,
        folder: str,
        on_message: Callable[[dict[str, Any]], None],
        on_log: Callable[[str, str], None],
    ) -> None:
        self._folder = folder
        self._on_message = on_message
        self._on_log = on_log
        self._pipes: list[Pipe] = []
        self._by_fd: dict[int, Pipe] = {}
        self._poll = select.poll()
        self._partial: list[bytes] = []
        self._process: asyncio.subprocess.Process | None = None
        self._transport: asyncio.Transport | None = None
        self._control: asyncio.Transport | None = None
        self._lost = asyncio.Event()
        self._mark = uuid.uuid4().hex

    async def start(self, python: str, *arguments: str) -> None:
        """Start the process; OSError when the interpreter cannot be run."""
        ours, theirs = zip(socket.socketpair(), socket.socketpair(), strict=True)
        fds = [end.fileno() for end in theirs]
        self._pipes = [
            Pipe(lambda text: self._on_log(text, "stdout")),
            Pipe(lambda text: self._on_log(text, "stderr")),
        ]
        self._by_fd = {pipe.fd: pipe for pipe in self._pipes}
        for fd in self._by_fd:
            self._poll.register(fd, select.POLLIN)
        command = ["-m", "cog.worker", "--fds", "{},{}".format(*fds), "--folder", self._folder]
        try:
            self._process = await asyncio.create_subprocess_exec(
                python,
                *command,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=self._pipes[0].other_end,
                stderr=self._pipes[1].other_end,
                env={**os.environ, _MARK: self._mark},
                pass_fds=fds,
                start_new_session=True,
            )
        except OSError:
            for end in ours:
                end.close()
            for pipe in self._pipes:
                pipe.close()
            raise
        finally:
            for end in theirs:
                end.close()
            for pipe in self._pipes:
                pipe.close_other_end()
        loop = asyncio.get_running_loop()
        self._control, _ = await loop.create_connection(asyncio.Protocol, sock=ours[1])
        await loop.create_connection(lambda: self, sock=ours[0])

    async def wait(self) -> int:
        """Wait until the process has ended; returns its status, -N for a signal. All logs have
        been handed on.
        """
        assert self._process is not None
        status = await self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _sweep(f"{_MARK}={self._mark}".encode())
        # What it sent last may still lie in the socket; a stray child may hold its other end open.
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._lost.wait(), 1)
        for pipe in self._pipes:
            pipe.close()
        self.hang_up()
        return status

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; lost when the worker is gone, which wait() tells."""
        if self._transport is None:
            return
        line = _encode(message)
        if len(line) > INLINE_BYTES:
            line = self._by_file(line)
        self._transport.write(line + b"\n")

    def interrupt(self, message: dict[str, Any]) -> None:
        """Send a message that cannot wait for the predictions that run; lost as in send()."""
        if self._control is not None:
            self._control.write(_encode(message) + b"\n")

    def _by_file(self, line: bytes) -> bytes:
        path = ""
        try:
            fd, path = tempfile.mkstemp(dir=self._folder)
            with open(fd, "wb") as file:
                file.write(line)
        except OSError:
            # No room: then as it is.
            if path:
                os.unlink(path)
            return line
        return _encode({"file": path})

    def hang_up(self) -> None:
        """Close the sockets: an idle worker ends by itself, a busy one by a signal to itself."""
        for transport in (self._transport, self._control):
            if transport is not None:
                transport.close()

    def kill(self) -> None:
        """End the process and its group at once."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio.Protocol)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Cut lines (asyncio.Protocol); pieces of a long one are kept apart until it is whole."""
        *lines, rest = data.split(b"\n")
        if lines:
            if self._partial:
                lines[0] = b"".join([*self._partial, lines[0]])
                self._partial.clear()
            for fd, _ in self._poll.poll(0):
                self._by_fd[fd].read()
        for line in lines:
            message = _decode(line)
            if "file" in message:
                message = self._read(message["file"])
            self._on_message(message)
        if rest:
            self._partial.append(rest)

    def _read(self, path: str) -> Any:
        if os.path.dirname(path) != self._folder:
            raise ValueError(f"the worker names a file that is not in {self._folder}: {path}")
        with open(path, "rb") as file:
            os.unlink(path)
            return _decode(file.read())

    def connection_lost(self, error: Exception | None) -> None:
        """Note that all has been received (asyncio.Protocol). Nonsense ends a worker, too."""
        self._lost.set()
        self.hang_up()


def _encode(message: dict[str, Any]) -> bytes:
    try:
        return to_json(message, inf_nan_mode="constants")
    except PydanticSerializationError:
        # Nested too deeply for it, or no UTF-8.
        return _plain(message).encode()


def _decode(line: bytes) -> Any:
    try:
        return from_json(line)
    except ValueError:
        # The same, and what only Python takes for a number.
        return json.loads(line)


def _sweep(mark: bytes) -> None:
    """Kill all processes that have `mark` in their environment, and those that they still fork."""
    for _ in range(_SWEEPS):
        found = False
        for entry in os.scandir("/proc"):
            if entry.name.isdecimal() and _has(entry.path, mark):
                with contextlib.suppress(OSError):
                    os.kill(int(entry.name), signal.SIGKILL)
                    found = True
        if not found:
            break


def _has(process: str, mark: bytes) -> bool:
    # One that has ended, and not been waited for, has no environment any more.
    try:
        with open(f"{process}/environ", "rb") as file:
            return mark in file.read().split(b"\0")
    except OSError:
        return False
