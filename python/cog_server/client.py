"""An HTTP/1.1 client for what requests name: inputs, webhooks, upload targets.

It speaks http and https, connects only where cog_server.network allows, keeps no connections and
follows no redirects. Messages are h11's.
"""

import asyncio
import ssl
import urllib.parse
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import h11

from cog_server import network
from cog_server.network import Network
from cog_server.payload import Payload
from cog_server.version import __version__

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 30.0
_READ_BYTES = 1 << 16
_NOTHING = Payload()
_UNSAFE = "".join(map(chr, range(33, 127)))

Sink = Callable[[bytes], Awaitable[None]]
Headers = Iterable[tuple[str, str]]


class ClientError(Exception):
    """There is no answer; the text says why. `again`: it may be different next time."""

    def __init__(self, text: str, again: bool = True) -> None:
        super().__init__(text)
        self.again = again


@dataclass(frozen=True)
class Answer:
    """The head of an answer; names of headers are in lower case."""

    status: int
    headers: dict[str, str]


@dataclass(frozen=True)
class _Target:
    tls: bool
    host: str
    port: int
    host_header: str
    path: str


class Client:
    """Sends requests where `allowed` lets it (cog_server.network)."""

    def __init__(self, allowed: tuple[Network, ...] | None, user_agent: str | None) -> None:
        self._allowed = allowed
        self._user_agent = user_agent or f"cog/{__version__}"
        self._tls: ssl.SSLContext | None = None

    async def send(
        self,
        method: str,
        url: str,
        headers: Headers = (),
        body: Payload = _NOTHING,
        sink: Sink | None = None,
    ) -> Answer:
        """Send a request; the body of a 2xx answer goes to `sink`, any other is not read. It may
        last as long as bytes come: limit it with asyncio.wait_for().
        """
        target = _target(url)
        reader, writer = await self._connect(target)
        try:
            exchange = _Exchange(reader, writer)
            await exchange.write(
                h11.Request(
                    method=method,
                    target=target.path,
                    headers=[
                        ("host", target.host_header),
                        ("user-agent", self._user_agent),
                        ("accept", "*/*"),
                        ("connection", "close"),
                        *([("content-length", str(len(body)))] if method != "GET" else []),
                        *headers,
                    ],
                ),
                body,
            )
            return await exchange.read(sink)
        except h11.ProtocolError as error:
            raise ClientError(f"{target.host}: {error}") from None
        except asyncio.TimeoutError:
            raise ClientError(f"{target.host} is silent for {IDLE_SECONDS:.0f} s") from None
        except OSError as error:
            raise ClientError(f"{target.host}: {error.strerror or error}") from None
        finally:
            writer.transport.abort()

    async def _connect(self, target: _Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            addresses = await network.resolve(target.host, target.port, self._allowed)
        except network.Refused as error:
            raise ClientError(str(error), again=False) from None
        except OSError as error:
            raise ClientError(f"{target.host}: {error.strerror}") from None
        failure = ""
        for address in addresses:
            try:
                return await asyncio.wait_for(self._open(target, address), CONNECT_SECONDS)
            except asyncio.TimeoutError:
                failure = f"no connection within {CONNECT_SECONDS:.0f} s"
            except OSError as error:
                failure = error.strerror or str(error)
        raise ClientError(f"{target.host}: {failure}")

    async def _open(
        self, target: _Target, address: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not target.tls:
            return await asyncio.open_connection(address, target.port)
        if self._tls is None:
            # Reading the certificates takes longer than many a request.
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return await asyncio.open_connection(
            address, target.port, ssl=self._tls, server_hostname=target.host
        )


class _Exchange:
    """One request and its answer on a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)

    async def write(self, request: h11.Request, body: Payload) -> None:
        self._writer.write(self._http.send(request) or b"")
        for part in body.parts():
            self._writer.write(self._http.send(h11.Data(part)) or b"")
            await asyncio.wait_for(self._writer.drain(), IDLE_SECONDS)
        self._writer.write(self._http.send(h11.EndOfMessage()) or b"")
        await asyncio.wait_for(self._writer.drain(), IDLE_SECONDS)

    async def read(self, sink: Sink | None) -> Answer:
        answer = None
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                data = await asyncio.wait_for(self._reader.read(_READ_BYTES), IDLE_SECONDS)
                self._http.receive_data(data)
            elif isinstance(event, h11.Response):
                answer = _answer(event)
                if sink is None or answer.status // 100 != 2:
                    return answer
            elif isinstance(event, h11.Data) and sink is not None:
                await sink(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage) and answer is not None:
                return answer


def _answer(response: h11.Response) -> Answer:
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in response.headers}
    return Answer(response.status_code, headers)


def _target(url: str) -> _Target:
    """Take a URL apart; ClientError when it is not one that can be asked."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ClientError(f"is not a URL: {error}", again=False) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ClientError("is not a URL that begins with http:// or https://", again=False)
    if parts.username is not None:
        raise ClientError("is a URL with a user's name, which is not supported", again=False)
    tls = parts.scheme == "https"
    path = urllib.parse.quote(parts.path or "/", safe=_UNSAFE)
    query = f"?{urllib.parse.quote(parts.query, safe=_UNSAFE)}" if parts.query else ""
    host = parts.hostname
    try:
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ClientError(f"{host!r} is not the name of a host", again=False) from None
    header = name if port is None else f"{name}:{port}"
    return _Target(tls, host, port or (443 if tls else 80), header, path + query)
