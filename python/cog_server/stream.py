"""A prediction's events as they come: server-sent events
(https://html.spec.whatwg.org/multipage/server-sent-events.html).

Each prediction of a model that streams keeps its last events, encoded once; every subscriber
reads them at its own pace and in small parts, so that one that does not read costs no more than a
part. One that falls too far behind, or comes too late, is told how many it has missed.
"""

import asyncio
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cog_server.body import Unencodable, encode
from cog_server.payload import PART_BYTES, Payload
from cog_server.prediction import Prediction

KEEP_ALIVE_SECONDS = 15.0
MAX_SUBSCRIBERS = 1024
# What a slow subscriber may be behind, however short the replay.
_MIN_KEPT = 1024
# Bytes of events that one prediction keeps.
_MAX_BYTES = 64 << 20


class Crowded(Exception):
    """There are as many subscribers as there may be."""


class Histories:
    """The events that all streams keep, those included that have ended and are still read: `limit`
    bytes. When there are more, the stream that has most forgets its first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._streams: weakref.WeakSet[Stream] = weakref.WeakSet()
        self._size = 0

    def join(self, stream: "Stream") -> None:
        """Watch one more; it goes as the object goes."""
        self._streams.add(stream)

    def grow(self, size: int) -> None:
        """Count what a stream has added."""
        self._size += size
        if self._size > self._limit:
            # Nobody has said what is no longer there.
            self._size = sum(stream.size for stream in self._streams)
            while self._size > self._limit:
                largest = max(self._streams, key=lambda stream: stream.size)
                self._size -= largest.forget()


class Stream:
    """The events of one prediction, and who reads them. `replay`: how many a newcomer is given.
    `size`: how many bytes are kept.
    """

    def __init__(
        self,
        prediction: Prediction,
        replay: int,
        on_leave: Callable[[], None],
        histories: Histories,
    ) -> None:
        self._prediction: Prediction | None = prediction
        self._replay = replay
        self._on_leave = on_leave
        self._histories = histories
        self._most = max(replay, _MIN_KEPT)
        self._kept: deque[bytes] = deque()
        # The last event: the answer.
        self._end: Payload | None = None
        self._count = 0
        self._readers: set[asyncio.Event] = set()
        self.size = 0
        prediction.listeners.append(self._listen)
        histories.join(self)

    def _listen(self, name: str, data: dict[str, Any]) -> None:
        if name == "completed":
            assert self._prediction is not None
            self._end = self._prediction.body()
            # Those who still read need the answer, and nothing else of it.
            self._prediction = None
        else:
            try:
                self._keep(event(name, encode(data)))
            except Unencodable:
                # The answer at the end says so.
                return
        for reader in self._readers:
            reader.set()

    def _keep(self, item: bytes) -> None:
        self._kept.append(item)
        self._count += 1
        self.size += len(item)
        while len(self._kept) > self._most or self.size > _MAX_BYTES:
            self.forget()
        self._histories.grow(len(item))

    def forget(self) -> int:
        """Drop the first event that is kept; returns how many bytes that were."""
        size = len(self._kept.popleft())
        self.size -= size
        return size

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
        if not self._readers and self._end is None:
            self._on_leave()

    async def _events(self, wake: asyncio.Event) -> AsyncIterator[bytes]:
        """Yield all that is new, or a comment when nothing is, until the end was given."""
        position = 0
        # The end counts, too.
        last = self._count + (self._end is not None)
        first = min(max(0, last - self._replay), self._count)
        while self._end is None or position < self._count:
            try:
                await asyncio.wait_for(wake.wait(), KEEP_ALIVE_SECONDS)
            except asyncio.TimeoutError:
                yield b": keep-alive\n\n"
                continue
            wake.clear()
            # While one part is sent there may come more, and some may go.
            while position < self._count:
                skipped = max(first, self._count - len(self._kept)) - position
                if skipped > 0:
                    position += skipped
                    yield _truncated(skipped)
                    continue
                items = self._next(position)
                position += len(items)
                for part in _parts(items):
                    yield part
        yield b"event: completed\ndata: "
        for part in self._end.parts():
            yield part
        yield b"\n\n"

    def _next(self, position: int) -> list[bytes]:
        """Return the events from a position on that go together: one part, or one large event."""
        first = position - (self._count - len(self._kept))
        items: list[bytes] = []
        size = 0
        for index in range(first, len(self._kept)):
            item = self._kept[index]
            size += len(item)
            if items and size > PART_BYTES:
                break
            items.append(item)
        return items


def _parts(items: list[bytes]) -> Iterator[bytes]:
    if len(items) > 1:
        yield b"".join(items)
        return
    for start in range(0, len(items[0]), PART_BYTES):
        yield items[0][start : start + PART_BYTES]


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
