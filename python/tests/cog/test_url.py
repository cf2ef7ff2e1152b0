"""Downloads, from a real server of this process."""

import http.server
import pathlib
import threading
from collections.abc import Iterator

import pytest

from cog import URLFile, url


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/away"):
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/picture.png")
            self.end_headers()
        elif self.path.startswith("/none"):
            self.send_error(404)
        else:
            self.send_response(200)
            self.end_headers()
            agent = self.path == "/agent"
            self.wfile.write(self.headers["User-Agent"].encode() if agent else b"contents")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/picture.png?x=1", "picture.png"),
        ("/moved", "moved"),
        ("/a%2F..%2F..%2Fb", "a_.._.._b"),
        ("/..", "file"),
        ("/", "file"),
        ("/%C3%A9t%C3%A9.txt", "été.txt"),
        (f"/{'a' * 300}.png", "a" * 196 + ".png"),
    ],
)
def test_names(site: str, path: str, name: str, tmp_path: pathlib.Path) -> None:
    found = pathlib.Path(url.save(site + path, str(tmp_path / "in")))
    assert found == tmp_path / "in" / name
    assert found.read_bytes() == b"contents"


@pytest.mark.parametrize(
    ("path", "text"), [("/none", "404"), ("/away", "is not allowed"), (":1/x", "cannot be")]
)
def test_what_cannot_be_had(site: str, path: str, text: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(url.FetchError, match=text):
        url.save(site + path, str(tmp_path / "in"))
    assert not [item for item in (tmp_path / "in").iterdir() if item.stat().st_size]


def test_too_large(site: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url, "MAX_BYTES", 7)
    with pytest.raises(url.FetchError, match="larger than 7 bytes"):
        url.save(f"{site}/x", str(tmp_path / "in"))


def test_files_that_the_server_has_fetched(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "cog-inputs-ab_12xyz" / "0"
    folder.mkdir(parents=True)
    (folder / "a b.txt").write_text("contents")
    (folder / "link").symlink_to("/etc/passwd")
    assert url.save(f"file://{folder}/a b.txt", "unused") == f"{folder}/a b.txt"
    for other in (f"{folder}/link", f"{folder}/../0/a b.txt", f"{tmp_path}/x", "/etc/passwd"):
        with pytest.raises(url.FetchError, match="must be a URL"):
            url.save(f"file://{other}", "unused")


def test_a_url_file_is_fetched_when_it_is_read(site: str) -> None:
    file = URLFile(f"{site}/picture.png?size=2")
    assert file.name == "picture.png"
    assert file.readable()
    assert (file.read(3), file.readline(), file.read()) == (b"con", b"tents", b"")
    file.close()
    # Nothing listens there.
    with URLFile("http://127.0.0.1:1/x", "a.txt") as none:
        assert none.name == "a.txt"
        with pytest.raises(OSError, match="refused"):
            none.read()
    with pytest.raises(ValueError, match="http"):
        URLFile("file:///etc/passwd")


def test_the_user_agent_is_the_operators(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COG_USER_AGENT", "me/1")
    assert URLFile(f"{site}/agent").read() == b"me/1"
