"""Output files that go where --upload-url says instead of into the answer.

A file reaches the server as a data URL. It is PUT to the upload URL with its name appended; the
answer's Location, without its query, takes its place in the output, or else the URL it was PUT to.
"""

import asyncio
import base64
import binascii
import mimetypes
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

from cog_server.client import Client, ClientError
from cog_server.payload import Payload
from cog_server.trace import Trace

SECONDS = 25.0
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[^,;]*)*),", re.ASCII)

Place = tuple[Any, Any]


class UploadError(Exception):
    """The file is not where it should be; the text says why."""


class Uploader:
    """Uploads single files."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url

    async def upload(self, name: str, media_type: str, data: bytes, trace: Trace) -> str:
        """Upload one file; returns its URL."""
        url = _append(self._url, name)
        headers = [("content-type", media_type), *trace.headers]
        try:
            answer = await asyncio.wait_for(
                self._client.send("PUT", url, headers, Payload(data)), SECONDS
            )
        except asyncio.TimeoutError:
            raise UploadError(f"took more than {SECONDS:g} s") from None
        except ClientError as error:
            raise UploadError(str(error)) from None
        if answer.status // 100 != 2:
            raise UploadError(f"the answer was {answer.status}")
        location = urllib.parse.urljoin(url, answer.headers.get("location", ""))
        return urllib.parse.urlsplit(location)._replace(query="", fragment="").geturl()


class Uploads:
    """The files of one prediction (cog_server.prediction.Outbox). `files` finds the places of data
    URLs in a list that holds one output.
    """

    def __init__(
        self, uploader: Uploader, files: Callable[[list[Any]], Iterator[Place]], trace: Trace
    ) -> None:
        self._uploader = uploader
        self._files = files
        self._trace = trace
        self._waiting: asyncio.Queue[Callable[[], Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._count = 0
        self.error: str | None = None

    def put(self, value: Any, then: Callable[[Any], None]) -> None:
        """Upload the files of an output, then hand it on; an output whose files cannot be uploaded
        is left out.
        """
        self._task = self._task or asyncio.create_task(self._run())
        self._waiting.put_nowait(lambda: self._take(value, then))

    def after(self, then: Callable[[], None]) -> None:
        """Hand on the end, behind the outputs."""
        if self._task is None:
            then()
        else:
            self._waiting.put_nowait(lambda: self._end(then))

    async def _run(self) -> None:
        while self._task is not None:
            step = await self._waiting.get()
            await step()

    async def _take(self, value: Any, then: Callable[[Any], None]) -> None:
        holder = [value]
        try:
            for container, key in self._files(holder):
                container[key] = await self._move(container[key])
        except UploadError as error:
            self.error = f"an output file cannot be uploaded: {error}"
            return
        then(holder[0])

    async def _move(self, url: str) -> str:
        if not url.startswith("data:"):
            return url
        media_type, data = _decode(url)
        number = f"-{self._count}" if self._count else ""
        self._count += 1
        name = f"output{number}{mimetypes.guess_extension(media_type) or ''}"
        return await self._uploader.upload(name, media_type, data, self._trace)

    async def _end(self, then: Callable[[], None]) -> None:
        self._task = None
        then()


def _append(url: str, name: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{name}").geturl()


def _decode(url: str) -> tuple[str, bytes]:
    head = _DATA.match(url)
    if head is None:
        raise UploadError("it is not a data URL")
    body = url[head.end() :]
    try:
        if head[2].endswith(";base64"):
            data = base64.b64decode(body)
        else:
            data = urllib.parse.unquote_to_bytes(body)
    except binascii.Error as error:
        raise UploadError(f"it is not a data URL: {error}") from None
    return head[1] or "text/plain", data
