"""The page of /docs in a real browser: a person fills in the inputs, presses Run and sees what
comes out. `make check-browser`.
"""

import base64
import pathlib
import struct
import zlib
from collections.abc import Iterator

import pytest

from tests.browser.chromium import Page, open_page
from tests.serving import Server, serve

STATUS = "document.getElementById('status').textContent"
OUTPUT = "document.getElementById('output').textContent"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


def visit(page: Page, server: Server) -> None:
    server.until("READY")
    page.command("Page.navigate", url=f"{server.http.base_url}/docs")
    page.until("document.getElementById('state')?.textContent === 'READY'")


def finished(text: str) -> bool:
    return text.split()[:1] in (["succeeded"], ["failed"], ["canceled"])


def png() -> bytes:
    """A red square of 3 by 2."""

    def part(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * 3) * 2)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def test_text_in_text_out(page: Page, server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, "echo.py") as server:
        visit(page, server)
        assert page.run("document.querySelector('#input-times').value") == "2"
        page.type("#input-text", "<b>hällo</b>")
        page.type("#input-times", "3")
        page.click("#run")
        page.until(STATUS, finished)
        items = page.run("[...document.querySelectorAll('#output pre')].map(e => e.textContent)")
        assert items == ["<b>hällo</b>"] * 3
        page.type("#input-times", "4")
        page.click("#run")
        assert not page.run("document.getElementById('form').checkValidity()")


def test_a_stream_is_seen_as_it_comes(
    page: Page, server_python: str, tmp_path: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, "story.py") as server:
        visit(page, server)
        page.type("#input-text", "once upon a time")
        page.type("#input-pause", "0.4")
        page.click("#run")
        first = page.until(OUTPUT)
        assert first != "once upon a time "
        assert page.run(STATUS) == "running"
        assert page.until(STATUS, finished).startswith("succeeded")
        assert page.run(OUTPUT) == "once upon a time "
        page.type("#input-pause", "30")
        page.click("#run")
        page.until("!document.getElementById('cancel').disabled")
        server.until("BUSY")
        page.click("#cancel")
        assert page.until(STATUS, finished).startswith("canceled")


def test_a_file_in_an_image_out(page: Page, server_python: str, tmp_path: pathlib.Path) -> None:
    picture = tmp_path / "square.png"
    picture.write_bytes(png())
    with serve(server_python, tmp_path, "picture.py") as server:
        visit(page, server)
        assert page.run("document.querySelector('#input-image').accept") == "image/*"
        page.choose("#input-image", picture)
        page.click("#run")
        assert page.until(STATUS, finished).startswith("succeeded")
        page.until("document.querySelector('#output img').naturalWidth === 3")
        source = page.run("document.querySelector('#output img').src")
        assert base64.b64decode(source.partition(",")[2]) == png()


def test_what_is_wrong_is_told_at_its_field(
    page: Page, server_python: str, tmp_path: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, "picture.py") as server:
        visit(page, server)
        page.click("#run")
        wrong = "document.querySelector('#input-image').closest('.field').querySelector('.wrong')"
        assert page.until(f"{wrong}.textContent") == "Field required"
