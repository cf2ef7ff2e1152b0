"""The server and the worker take and refuse the same inputs, by the schema and by the types."""

import importlib.util
import json
import pathlib
from typing import Any

import pytest

from cog.coercion import InputError, arguments
from cog.encoding import encode
from cog.schema.document import read
from cog.schema.problem import Place
from cog.signature import parameters
from cog_server.schema import Document
from tests.cog.schema.reading import VERSION

TYPES = """
import cog, enum, typing as t
from cog import Input, Opaque, Path

class Mode(enum.Enum):
    FAST = "fast"

class Size(enum.IntEnum):
    ONE = 1
    TWO = 2

@cog.strict
class Part(t.TypedDict):
    text: str
    weight: t.NotRequired[float]

@cog.strict
class Message(t.TypedDict):
    role: t.Literal["user", "bot"]
    parts: list[Part]

class Loose(t.TypedDict):
    text: str

Id = t.NewType("Id", int)
Maybe = t.Annotated[t.Optional[int], "a note"]

def predict(x: ANNOTATION) -> str: ...
"""
MISSING = object()


@pytest.mark.parametrize(
    ("annotation", "taken", "refused"),
    [
        ("Loose", [{"text": 1}, {}, {"more": None}], [[], "", None, MISSING]),
        ("list[Loose]", [[], [{"text": 1}]], [{}, [1], [None]]),
        ("t.Annotated[list[Loose], Opaque]", [[], [{"a": 1}]], [{}, [1], [[]], None]),
        ("t.Annotated[t.Optional[list[Part]], Opaque]", [[], [{"a": 1}], None, MISSING], [{}]),
        ("t.Annotated[dict[str, list[int]], Opaque]", [{}, {"a": 1}], [[], None]),
        ("Mode", ["fast"], ["FAST", "", 1, None]),
        ("Size", [1, 2], [True, 1.0, "1", 3]),
        ("t.Literal[1, 2]", [1], [True, 2.0, "1", None]),
        ("t.Literal['a', None]", ["a", None, MISSING], ["b", 1]),
        ("t.Optional[Mode]", ["fast", None, MISSING], ["slow"]),
        ("list[Mode]", [[], ["fast"]], ["fast", ["slow"], [None]]),
        ("str = Input(choices=['a', 'b'])", ["a"], ["c", None, 1]),
        ("int = Input(choices=[1, 2])", [1], [True, 1.0, 3]),
        ("Part", [{"text": "a"}, {"text": "", "weight": 1}], [{}, {"text": 1}, [], None]),
        ("Part", [{"text": "a", "more": [1]}], [{"text": "a", "weight": "1"}]),
        (
            "list[Message]",
            [[], [{"role": "bot", "parts": [{"text": "a"}]}]],
            [[{"role": "me", "parts": []}], [{"role": "bot"}], [{"role": "bot", "parts": [{}]}]],
        ),
        ("dict[str, Part]", [{}, {"a": {"text": "b"}}], [{"a": {}}, {"a": None}]),
        ("int | str", [1, "1"], [True, 1.5, None, [], MISSING]),
        ("int | bool | None", [1, True, None, MISSING], ["true", 1.5]),
        ("float | list[float]", [1, 1.5, [1, 2.5]], [True, "1", ["1"], {}]),
        ("dict | list[str]", [{}, {"a": 1}, ["a"]], ["a", [1], None]),
        ("t.Literal['auto'] | int", ["auto", 3], ["other", True]),
        ("t.Annotated[object, Opaque]", [{}, {"a": [1]}], [[], "a", None]),
        ("list[t.Annotated[object, Opaque]]", [[], [{"a": 1}]], [{}, [1]]),
        ("Id", [1], [True, "1", 1.0]),
        ("Maybe", [1, None, MISSING], ["1", True]),
        ("float", [1, 1.5], [True, "1", None]),
        ("str", ["", "https://example.com/a.png"], [1, None, ["a"]]),
        ("t.Any", [None, 1, {"a": []}], []),
        ("int = Input(default=3, ge=1)", [1, MISSING], [0, None]),
    ],
)
def test_both_agree(
    annotation: str, taken: list[Any], refused: list[Any], tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "predict.py"
    file.write_text(TYPES.replace("ANNOTATION", annotation))
    reference = ("predict.py:predict", Place("cog.yaml"))
    server = Document(json.dumps(read(str(tmp_path), reference, None, VERSION)).encode())
    spec = importlib.util.spec_from_file_location("predict", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for value in taken:
        values = {} if value is MISSING else {"x": value}
        assert server.errors(values) == []
        found = arguments(parameters(module.predict), values, str(tmp_path / "files"))["x"]
        assert encode(found) == values.get("x", 3 if "default=3" in annotation else None)
    for value in refused:
        values = {} if value is MISSING else {"x": value}
        assert server.errors(values), value
        with pytest.raises(InputError):
            arguments(parameters(module.predict), values, str(tmp_path / "files"))


def test_members_are_converted(tmp_path: pathlib.Path) -> None:
    """Files and numbers in a TypedDict become what its types say."""
    from typing import NotRequired, TypedDict

    import cog

    @cog.strict
    class Part(TypedDict):
        image: cog.Path
        scale: NotRequired[float]

    def predict(parts: list[Part]) -> None: ...

    predict.__annotations__["parts"] = list[Part]
    given = {"parts": [{"image": "data:text/plain,hi", "scale": 2, "kept": 1}]}
    (part,) = arguments(parameters(predict), given, str(tmp_path))["parts"]
    assert isinstance(part["image"], cog.Path)
    assert (part["image"].read_text(), repr(part["scale"]), part["kept"]) == ("hi", "2.0", 1)
    with pytest.raises(InputError) as caught:
        arguments(parameters(predict), {"parts": [{"image": "x"}]}, str(tmp_path))
    assert str(caught.value).startswith("input 'parts': must be a URL")
    with pytest.raises(InputError, match="item 0: has no member 'image'"):
        arguments(parameters(predict), {"parts": [{}]}, str(tmp_path))
