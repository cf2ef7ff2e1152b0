"""The connections of clients: how many there may be, and for how long those that do nothing.

There are fewer than there are descriptors, so that the server can always accept one more and tell
that it is well. When there are too many, the one that has been idle for longest makes room.
"""

import asyncio
import logging
import os
import resource
import socket
from collections.abc import Callable

from cog_server import log
from cog_server.protocol import Protocol, State

# Descriptors for all else: the worker, files, webhooks, downloads.
_OTHERS = 24
# Connections beyond the limit, for health checks.
_SPARE = 8
# A few at a time, so that those who are connected already are heard, too.
_AT_ONCE = 16
_PAUSE_SECONDS = 0.5
_LOG_SECONDS = 60.0


def limit(wanted: int) -> int:
    """Return how many there may be, `wanted` or fewer."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if most == resource.RLIM_INFINITY:
        return wanted
    taken = len(os.listdir("/proc/self/fd"))
    return min(wanted, max(most - taken - _OTHERS - _SPARE, _SPARE))


class Acceptor:
    """Accepts connections from `listener`; `protocol` makes what serves one."""

    def __init__(
        self, listener: socket.socket, state: State, protocol: Callable[[], Protocol]
    ) -> None:
        self._listener = listener
        self._state = state
        self._protocol = protocol
        self._opening: set[asyncio.Task[object]] = set()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._logged = -_LOG_SECONDS

    def start(self) -> None:
        """Begin, or go on after a pause."""
        self._timer = None
        self._loop.add_reader(self._listener, self._accept)

    def stop(self) -> None:
        """Accept no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._listener)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            if self._open() >= self._state.limits.connections and not self._make_room():
                self._pause("there are too many connections")
                return
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._pause(error.strerror or str(error))
                return
            self.take(connection)

    def take(self, connection: socket.socket) -> None:
        """Serve a connection."""
        connection.setblocking(False)
        opening = self._loop.create_task(
            self._loop.connect_accepted_socket(self._protocol, connection)
        )
        self._opening.add(opening)
        opening.add_done_callback(self._on_open)

    def _on_open(self, task: "asyncio.Task[object]") -> None:
        self._opening.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.event("a connection is lost", logging.WARNING, error=str(task.exception()))

    def _open(self) -> int:
        return len(self._state.connections) + len(self._opening)

    def _make_room(self) -> bool:
        """Whether one more can be taken."""
        connections = [item for item in self._protocols() if not item.transport.is_closing()]
        excess = len(connections) + len(self._opening) - self._state.limits.connections + 1
        idle = sorted((item for item in connections if item.is_idle), key=lambda item: item.heard)
        for item in idle[: max(excess, 0)]:
            self._tell("an idle connection is closed: there are too many")
            item.transport.abort()
        return excess - len(idle) < _SPARE

    def _protocols(self) -> list[Protocol]:
        return [item for item in self._state.connections if isinstance(item, Protocol)]

    def _pause(self, why: str) -> None:
        """Let the others wait in the kernel."""
        self._tell("no connection is accepted", error=why)
        self._loop.remove_reader(self._listener)
        self._timer = self._loop.call_later(_PAUSE_SECONDS, self.start)

    def _tell(self, text: str, **details: str) -> None:
        now = self._loop.time()
        if now - self._logged >= _LOG_SECONDS:
            self._logged = now
            log.event(text, logging.WARNING, connections=self._open(), **details)

    def check(self) -> None:
        """End connections that keep the server waiting."""
        now = self._loop.time()
        for item in self._protocols():
            item.check(now)
