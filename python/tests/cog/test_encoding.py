"""Outputs as JSON."""

import dataclasses
import datetime
import enum
import io
import pathlib
from typing import Any

import pytest

from cog import BaseModel, Path
from cog.encoding import encode


class Mode(str, enum.Enum):
    FAST = "fast"


class Inner(BaseModel):
    mode: Mode


class Output(BaseModel):
    items: list[Inner]
    when: datetime.date


class Array:
    """Converts itself like numpy's arrays and scalars."""

    def tolist(self) -> list[float]:
        return [1.5, float("nan")]


class Validated:
    """Converts itself like a model of pydantic."""

    def model_dump(self) -> dict[str, Any]:
        return {"mode": Mode.FAST}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("text", "text"),
        (1.5, 1.5),
        (float("inf"), None),
        ((1, {2}), [1, [2]]),
        ({1: Mode.FAST}, {"1": "fast"}),
        (
            Output([Inner(Mode.FAST)], datetime.date(2026, 1, 2)),
            {"items": [{"mode": "fast"}], "when": "2026-01-02"},
        ),
        (Array(), [1.5, None]),
        (Validated(), {"mode": "fast"}),
        (io.BytesIO(b"ab"), "data:application/octet-stream;base64,YWI="),
        (io.StringIO("ab"), "data:application/octet-stream;base64,YWI="),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    found = encode(value)
    assert found == expected
    assert type(found) is type(expected)


def test_files(tmp_path: pathlib.Path) -> None:
    path = Path(tmp_path / "a.png")
    path.write_bytes(b"ab")
    assert encode([path]) == ["data:image/png;base64,YWI="]
    with open(path, "rb") as file:
        assert encode(file) == "data:image/png;base64,YWI="


@pytest.mark.parametrize("value", [object(), b"bytes", {(1, 2): 3}, Output])
def test_refuses(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be turned into JSON"):
        encode(value)


def test_a_missing_file_is_an_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        encode(Path(tmp_path / "none"))


def test_dataclasses_need_no_base_model() -> None:
    @dataclasses.dataclass
    class Point:
        x: int

    assert encode(Point(1)) == {"x": 1}
