"""Input files that a request names by an http(s) URL, fetched before the model starts.

A file lands in a folder that is private to the prediction, under a cleaned name. The limits: the
addresses of cog_server.network at each redirect, COG_MAX_FETCH bytes, COG_FETCH_TIMEOUT seconds.
"""

import asyncio
import os
import re
import urllib.parse

from cog_server.client import Client, ClientError

_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_NAME_BYTES = 200
_WRITE_BYTES = 1 << 20


class FetchError(Exception):
    """The file could not be had; the text says why."""


class Fetcher:
    """Fetches files with one client and the same limits."""

    def __init__(self, client: Client, max_bytes: int, seconds: float) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def fetch(self, url: str, folder: str) -> str:
        """Write the file at `url` into the new folder `folder`; returns its path."""
        try:
            os.makedirs(folder, mode=0o700)
            path = os.path.join(folder, file_name(url))
            await asyncio.wait_for(self._follow(url, path), self._seconds)
        except asyncio.TimeoutError:
            raise FetchError(f"took more than {self._seconds:g} s") from None
        except ClientError as error:
            raise FetchError(str(error)) from None
        except ValueError as error:
            raise FetchError(f"is not a URL: {error}") from None
        except OSError as error:
            raise FetchError(f"cannot be written: {error.strerror}") from None
        return path

    async def _follow(self, url: str, path: str) -> None:
        for _ in range(_MAX_REDIRECTS + 1):
            file = _File(path, self._max_bytes)
            try:
                answer = await self._client.send("GET", url, sink=file.write)
                await file.flush()
            finally:
                file.close()
            if answer.status // 100 == 2:
                return
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                raise FetchError(f"the answer was {answer.status}")
            here, url = url, urllib.parse.urljoin(url, answer.headers["location"])
            if _scheme(here) == "https" and _scheme(url) == "http":
                raise FetchError("is redirected from https to http, which anybody could read")
        raise FetchError(f"more than {_MAX_REDIRECTS} redirects")


def _scheme(url: str) -> str:
    return urllib.parse.urlsplit(url).scheme


class _File:
    """The file that is written, in large pieces and outside of the event loop."""

    def __init__(self, path: str, max_bytes: int) -> None:
        self._file = open(path, "wb")  # noqa: SIM115
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._pieces: list[bytes] = []
        self._held = 0

    async def write(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            raise FetchError(f"has more than {self._max_bytes} bytes, the limit of COG_MAX_FETCH")
        self._pieces.append(data)
        self._held += len(data)
        if self._held >= _WRITE_BYTES:
            await self.flush()

    async def flush(self) -> None:
        pieces, self._pieces, self._held = self._pieces, [], 0
        await asyncio.to_thread(self._file.writelines, pieces)

    def close(self) -> None:
        self._file.close()


def file_name(url: str) -> str:
    """Make a file name of the URL's last part: no separators, no leading dot, no control
    characters, 200 bytes at most with the extension kept.
    """
    last = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
    clean = re.sub(r"[^\w.+=@ -]", "_", last).lstrip(".")
    stem, extension = os.path.splitext(clean)
    if len(extension.encode()) > _MAX_NAME_BYTES // 2:
        stem, extension = clean, ""
    room = _MAX_NAME_BYTES - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore") + extension or "file"
