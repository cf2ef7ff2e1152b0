"""A prediction's events as they come: server-sent events
(https://html.spec.whatwg.org/multipage/server-sent-events.html).

Each prediction of a model that streams keeps its last events, encoded once; every subscriber
reads them at its own pace. One that falls too far behind, or comes too late, is told how many it
has missed.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cog_server.body import Unencodable, encode
from cog_server.prediction import Prediction

KEEP_ALIVE_SECONDS = 15.0
MAX_SUBSCRIBERS = 1024
# What a slow subscriber may be behind, however short the replay.
_MIN_KEPT = 1024


class Crowded(Exception):
    """There are as many subscribers as there may be."""


class Stream:
    """The events of one prediction, and who reads them. `replay`: how many a newcomer is given."""

    def __init__(self, prediction: Prediction, replay: int, on_leave: Callable[[], None]) -> None:
        self._prediction = prediction
        self._replay = replay
        self._on_leave = on_leave
        self._kept: deque[bytes] = deque(maxlen=max(replay, _MIN_KEPT))
        self._count = 0
        self._readers: set[asyncio.Event] = set()
        prediction.listeners.append(self._listen)

    def _listen(self, name: str, data: dict[str, Any]) -> None:
        try:
            text = self._prediction.body() if name == "completed" else encode(data)
        except Unencodable:
            # The answer at the end says so.
            return
        self._kept.append(event(name, text))
        self._count += 1
        for reader in self._readers:
            reader.set()

    def response(self) -> "EventStream":
        """Return an answer that gives all events to one more subscriber; Crowded."""
        if len(self._readers) >= MAX_SUBSCRIBERS:
            raise Crowded
        wake = asyncio.Event()
        wake.set()
        self._readers.add(wake)
        return EventStream(self._events(wake), lambda: self._leave(wake))

    def _leave(self, wake: asyncio.Event) -> None:
        self._readers.discard(wake)
        if not self._readers and not self._prediction.done.is_set():
            self._on_leave()

    async def _events(self, wake: asyncio.Event) -> AsyncIterator[bytes]:
        """Yield all that is new, or a comment when nothing is, until the end was given."""
        position = 0
        first = max(0, self._count - self._replay)
        while not self._prediction.done.is_set() or position < self._count:
            try:
                await asyncio.wait_for(wake.wait(), KEEP_ALIVE_SECONDS)
            except asyncio.TimeoutError:
                yield b": keep-alive\n\n"
                continue
            wake.clear()
            # While one part is sent there may come more: each part is taken in one go.
            skipped = max(first, self._count - len(self._kept)) - position
            new = self._count - position - max(skipped, 0)
            part = b"".join(self._kept[i] for i in range(len(self._kept) - new, len(self._kept)))
            position = self._count
            yield _truncated(skipped) + part if skipped > 0 else part


def event(name: str, data: bytes) -> bytes:
    """Return one event as it is sent. JSON as we write it has no line break."""
    return b"event: %s\ndata: %s\n\n" % (name.encode("ascii"), data)


def _truncated(skipped: int) -> bytes:
    text = "SSE stream replay truncated"
    return event("error", encode({"error": text, "skipped": skipped}))


class EventStream(Response):
    """The answer that brings events until they end, or the client goes away."""

    def __init__(self, events: AsyncIterator[bytes], on_end: Callable[[], None]) -> None:
        super().__init__(
            media_type="text/event-stream",
            headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        )
        del self.headers["content-length"]
        self._events = events
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer (ASGI)."""
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            done, _ = await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
            if sending in done:
                sending.result()
        finally:
            gone.cancel()
            sending.cancel()
            self._on_end()

    async def _send(self, send: Send) -> None:
        head = {"type": "http.response.start", "status": self.status_code}
        await send({**head, "headers": self.raw_headers})
        async for data in self._events:
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
