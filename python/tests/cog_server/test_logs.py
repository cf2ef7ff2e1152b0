"""How much of what is printed is kept."""

import pytest

from cog_server.logs import Logs


@pytest.mark.parametrize("size", [1, 3, 7, 50, 1000])
def test_the_beginning_and_the_end_are_kept(size: int) -> None:
    text = "".join(f"{number:04}\n" for number in range(2000))
    logs = Logs(101)
    for start in range(0, len(text), size):
        logs.add(text[start : start + size])
        assert len(logs.text()) < 101 + 50
    missing = len(text) - 101
    assert logs.text() == f"{text[:51]}\n[{missing} characters are not kept]\n{text[-50:]}"


def test_what_fits_is_whole() -> None:
    logs = Logs(20)
    for piece in ("0123456789", "", "abcde", "fghij"):
        logs.add(piece)
    assert logs.text() == "0123456789abcdefghij"
    logs.add("k")
    assert logs.text() == "0123456789\n[1 characters are not kept]\nbcdefghijk"


def test_many_small_pieces_take_little() -> None:
    logs = Logs(1 << 16)
    for _ in range(1 << 18):
        logs.add("ab")
    assert len(logs._head) + len(logs._tail) < 10000
    assert len(logs.text()) < (1 << 16) + 50


def test_none() -> None:
    logs = Logs(0)
    logs.add("abc")
    assert logs.text() == "\n[3 characters are not kept]\n"
