"""Files that a request brings as URLs: data: (RFC 2397), http: and https:.

A file lands in a folder of its own, made private to this user, under a name taken from the URL or
made from its media type. What the server has fetched already comes as a file: URL. Anything else,
above all any other path of the container, is refused.
"""

import base64
import binascii
import mimetypes
import os
import re
import urllib.parse
from typing import IO, TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import urllib.request

TIMEOUT_SECONDS = 10
MAX_BYTES = 16 << 30
_MAX_NAME_BYTES = 200
_CHUNK_BYTES = 1 << 20
# As cog_server.predictions names them; nobody else can know such a folder's name.
_FETCHED = re.compile(r"file://(/.*/cog-inputs-[a-z0-9_]{8}/\d+/[^/]+)", re.DOTALL)


class FetchError(ValueError):
    """The URL is of a kind that is not accepted, or its contents could not be had."""


def save(url: str, folder: str) -> str:
    """Write what `url` stands for into `folder`, which is made; returns the path of the file."""
    fetched = _FETCHED.fullmatch(url)
    if fetched and os.path.realpath(fetched[1]) == fetched[1]:
        return fetched[1]
    scheme = url.partition(":")[0].lower()
    if scheme not in ("data", "http", "https"):
        raise FetchError("must be a URL that begins with data:, http: or https:")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return _save_data(url, folder) if scheme == "data" else _download(url, folder)


def take(url: str, folder: str) -> str:
    """As save(), for what a request says: of it the server alone downloads, with its limits."""
    if url.partition(":")[0].lower() in ("http", "https"):
        raise FetchError("cannot be fetched: the server does not know the model's schema")
    return save(url, folder)


def _save_data(url: str, folder: str) -> str:
    head, comma, body = url[len("data:") :].partition(",")
    if not comma:
        raise FetchError("is not a data URL: it has no comma")
    media_type, *parameters = head.split(";")
    try:
        if "base64" in parameters:
            data = base64.b64decode(urllib.parse.unquote(body), validate=True)
        else:
            data = urllib.parse.unquote_to_bytes(body)
    except binascii.Error as error:
        raise FetchError(f"is not a data URL: {error}") from None
    path = os.path.join(folder, "file" + (mimetypes.guess_extension(media_type) or ""))
    with open(path, "xb") as file:
        file.write(data)
    return path


def _download(url: str, folder: str) -> str:
    path = os.path.join(folder, _name(url))
    try:
        with open_url(url) as answer, open(path, "xb") as file:
            _copy(answer, file)
    except (OSError, ValueError) as error:
        raise FetchError(f"cannot be downloaded: {error}") from error
    return path


def open_url(url: str) -> BinaryIO:
    """Return the contents of an http: or https: URL as a stream; OSError or ValueError."""
    # A third of what a worker would import, and the server has fetched most files already.
    import urllib.request

    agent = os.environ.get("COG_USER_AGENT") or "cog"
    request = urllib.request.Request(url, headers={"User-Agent": agent})
    answer: BinaryIO = _opener().open(request, timeout=TIMEOUT_SECONDS)
    return answer


def _opener() -> "urllib.request.OpenerDirector":
    """Make an opener that speaks HTTP alone: urllib's own one also opens file: and ftp:."""
    import urllib.request

    class Redirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, req: Any, *args: Any) -> Any:
            if req.type == "https" and not args[-1].startswith("https:"):
                raise ValueError("is redirected from https to http, which anybody could read")
            return super().redirect_request(req, *args)

    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        Redirects,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    return opener


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")
        target.write(chunk)


def _name(url: str) -> str:
    """Make a file name of the URL's last part: no separators, no leading dot, no control
    characters.
    """
    last = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
    clean = re.sub(r"[^\w.+=@ -]", "_", last).lstrip(".")
    stem, extension = os.path.splitext(clean)
    room = _MAX_NAME_BYTES - len(extension.encode())
    return stem.encode()[: max(room, 1)].decode(errors="ignore") + extension or "file"
