"""The worker process as the server sees it: started, spoken to, listened to, ended.

The messages are described in cog.worker, the package at the other end. stdout and stderr of the
worker are one pipe that is read here; what a message reports was printed before it, so before a
message is handed on the pipe is emptied. The worker leads a process group of its own, which ends
with it, grandchildren included.
"""

import asyncio
import codecs
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

_PIPE_BYTES = 1 << 16


class Worker(asyncio.Protocol):
    """One worker. Callbacks run in the event loop, in the order of what the worker did."""

    def __init__(
        self, on_message: Callable[[dict[str, Any]], None], on_log: Callable[[str], None]
    ) -> None:
        self._on_message = on_message
        self._on_log = on_log
        self._partial: list[bytes] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._process: asyncio.subprocess.Process | None = None
        self._transport: asyncio.Transport | None = None
        self._log_fd = -1
        self._lost = asyncio.Event()

    async def start(self, python: str) -> None:
        """Start the process; OSError when the interpreter cannot be run."""
        ours, theirs = socket.socketpair()
        self._log_fd, log_end = os.pipe()
        os.set_blocking(self._log_fd, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                python,
                "-m",
                "cog.worker",
                "--fd",
                str(theirs.fileno()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log_end,
                stderr=log_end,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError:
            ours.close()
            os.close(self._log_fd)
            raise
        finally:
            theirs.close()
            os.close(log_end)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._log_fd, self._read_logs)
        await loop.create_connection(lambda: self, sock=ours)

    async def wait(self) -> int:
        """Wait until the process has ended; returns its status, -N for a signal. All logs have
        been handed on.
        """
        assert self._process is not None
        status = await self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        # What it sent last may still lie in the socket; a stray child may hold its other end open.
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._lost.wait(), 1)
        self._read_logs()
        asyncio.get_running_loop().remove_reader(self._log_fd)
        os.close(self._log_fd)
        if self._transport is not None:
            self._transport.close()
        return status

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; lost when the worker is gone, which wait() tells."""
        if self._transport is not None:
            line = json.dumps(message, separators=(",", ":")).encode()
            self._transport.writelines((line, b"\n"))

    def hang_up(self) -> None:
        """Close the socket: an idle worker ends by itself, a busy one by a signal to itself."""
        if self._transport is not None:
            self._transport.close()

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
        for line in lines:
            message = json.loads(b"".join([*self._partial, line]))
            self._partial.clear()
            self._read_logs()
            self._on_message(message)
        if rest:
            self._partial.append(rest)

    def connection_lost(self, error: Exception | None) -> None:
        """Note that all has been received (asyncio.Protocol)."""
        self._lost.set()

    def _read_logs(self) -> None:
        """Hand on what the pipe holds now: never more than its size, so a chatty child cannot
        hold us here.
        """
        left = _PIPE_BYTES
        while left > 0:
            try:
                data = os.read(self._log_fd, left)
            except BlockingIOError:
                break
            if not data:
                # The worker has closed its outputs; a reader would be called without end.
                asyncio.get_running_loop().remove_reader(self._log_fd)
                break
            left -= len(data)
            self._on_log(self._decoder.decode(data))
