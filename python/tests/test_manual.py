"""The curl transcripts of man/cog-http.7, replayed against the real server."""

import pathlib
import re
import subprocess

from tests.serving import DEADLINE_SECONDS, PYTHON, serve, until

PAGE = PYTHON.parent / "man" / "cog-http.7"


def transcript() -> list[tuple[str, str]]:
    """Return the commands of the page with what they print."""
    text = PAGE.read_text()
    start = text.index(".Bd -literal\n") + len(".Bd -literal\n")
    example = text[start : text.index(".Ed\n", start)].replace("\\e\n", "\\\n").replace("\\&", "")
    parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", example, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def matches(printed: str, expected: str) -> bool:
    """Whether it is what the page says; `...` there is anything, blanks are for the reader."""
    pieces = ["".join(piece.split()) for piece in expected.split("...")]
    pattern = ".*".join(map(re.escape, pieces))
    return re.fullmatch(pattern, "".join(printed.split())) is not None


def test_a_transcript_can_be_wrong() -> None:
    assert matches('{"a":1,\n"b":2}\n', '{"a": 1, ...}')
    assert not matches('{"a":1}', '{"a": 2}')
    assert not matches('{"a":1}x', '{"a": 1}')


def test_the_transcripts(server_python: str, tmp_path: pathlib.Path) -> None:
    examples = transcript()
    with serve(server_python, tmp_path, "story.py") as server:
        server.until("READY")
        address = str(server.http.base_url).removeprefix("http://").rstrip("/")
        shown = {path for command, _ in examples for path in re.findall(r":5000(\S+)", command)}
        paths = {path for path in server.http.get("/").json().values() if path.startswith("/")}
        assert {path.replace("{prediction_id}", "tale") for path in paths} <= shown
        for command, expected in examples:
            printed = subprocess.run(
                ["sh", "-c", command.replace("localhost:5000", address)],
                capture_output=True,
                text=True,
                check=True,
                timeout=DEADLINE_SECONDS,
            ).stdout
            assert matches(printed, expected), f"{command}\n{printed}"
            if command.endswith("/cancel"):
                until(lambda: server.state() == "READY")
        assert server.end()[0] == 0
