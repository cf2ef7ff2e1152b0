"""Types of inputs and outputs, as the document has them."""

import pathlib
from typing import Any

import pytest

from tests.cog.schema.reading import predict

URI = {"type": "string", "format": "uri"}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", {"type": "string"}),
        ("int", {"type": "integer"}),
        ("float", {"type": "number"}),
        ("bool", {"type": "boolean"}),
        ("Path", URI),
        ("File", URI),
        (
            "Secret",
            {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True},
        ),
        ("t.Any", {}),
        ("dict", {"type": "object"}),
        ("t.Dict[str, t.Any]", {"type": "object"}),
        ("dict[str, int]", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("list", {"type": "array", "items": {}}),
        ("t.List[Path]", {"type": "array", "items": URI}),
        ("list[dict]", {"type": "array", "items": {"type": "object"}}),
        ("'list[int]'", {"type": "array", "items": {"type": "integer"}}),
        ("t.Optional[int]", {"type": "integer", "nullable": True}),
        ("None | Path", URI | {"nullable": True}),
        ("t.Union[int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (
            "int | list[str] | None",
            {
                "anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}],
                "nullable": True,
            },
        ),
        ("t.Annotated[str, 'note']", {"type": "string"}),
        ("Alias", {"type": "array", "items": {"type": "string"}}),
        ("list[Mode]", {"type": "array", "items": {"type": "string", "enum": ["fast", "best"]}}),
    ],
)
def test_inputs(tmp_path: pathlib.Path, annotation: str, expected: dict[str, Any]) -> None:
    before = """
        import enum
        Alias = list[str]
        class Mode(str, enum.Enum):
            FAST = "fast"
            BEST = "best"
    """
    schemas = predict(tmp_path, f"(self, max_size: {annotation}) -> str", before)
    found = schemas["Input"]["properties"]["max_size"]
    assert found == expected | {"title": "Max Size", "x-order": 0}
    assert schemas["Input"].get("required") == (None if "nullable" in expected else ["max_size"])


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", {"type": "string"}),
        ("t.Any", {}),
        ("list[Path]", {"type": "array", "items": URI}),
        (
            "t.Iterator[Path]",
            {"type": "array", "items": URI, "x-cog-array-type": "iterator"},
        ),
        (
            "ConcatenateIterator[str]",
            {
                "type": "array",
                "items": {"type": "string"},
                "x-cog-array-type": "iterator",
                "x-cog-array-display": "concatenate",
            },
        ),
        (
            "Result",
            {
                "type": "object",
                "required": ["label", "boxes"],
                "properties": {
                    "label": {"title": "Label", "type": "string"},
                    "boxes": {
                        "title": "Boxes",
                        "type": "array",
                        "items": {
                            "title": "Box",
                            "type": "object",
                            "properties": {"area": {"title": "Area", "type": "number"}},
                        },
                    },
                    "note": {"title": "Note", "type": "string", "nullable": True},
                },
            },
        ),
    ],
)
def test_outputs(tmp_path: pathlib.Path, annotation: str, expected: dict[str, Any]) -> None:
    before = """
        import dataclasses
        @dataclasses.dataclass
        class Box:
            area: float = 0
        class Base(BaseModel):
            label: str
        class Result(Base):
            boxes: list[Box]
            note: str | None = None
    """
    schemas = predict(tmp_path, f"(self) -> {annotation}", before)
    assert schemas["Output"] == expected | {"title": "Output"}


def test_choices_get_a_schema_of_their_own(tmp_path: pathlib.Path) -> None:
    before = "TABLE = {'fast': 1, 'best': 2}\n"
    signature = "(self, mode: str = Input(default='best', choices=list(TABLE.keys()))) -> str"
    schemas = predict(tmp_path, signature, before)
    assert schemas["mode"] == {
        "description": "An enumeration.",
        "enum": ["fast", "best"],
        "title": "mode",
        "type": "string",
    }
    assert schemas["Input"]["properties"]["mode"] == {
        "allOf": [{"$ref": "#/components/schemas/mode"}],
        "default": "best",
        "x-order": 0,
    }


@pytest.mark.parametrize(
    ("parameter", "expected", "required"),
    [
        ("x: int = 3", {"type": "integer", "default": 3}, False),
        ("x: float = -N", {"type": "number", "default": -4}, False),
        ("x: str = Input('a' + B)", {"type": "string", "default": "ab"}, False),
        ("x: str = Input(default=None)", {"type": "string"}, False),
        ("x: str = Input(default=...)", {"type": "string"}, True),
        (
            "x: str | None = Input(default=None)",
            {"type": "string", "nullable": True, "default": None},
            False,
        ),
        (
            "x: int = Input(description=B, ge=0, le=2**32 - 1, deprecated=True)",
            {
                "type": "integer",
                "description": "b",
                "minimum": 0,
                "maximum": 4294967295,
                "deprecated": True,
            },
            True,
        ),
        (
            "x: str = Input(min_length=1, max_length=N * 2, regex='^a')",
            {"type": "string", "minLength": 1, "maxLength": 8, "pattern": "^a"},
            True,
        ),
        ("x: list[int] = TABLE['a']", {"default": [1, 2]}, False),
    ],
)
def test_input_and_defaults(
    tmp_path: pathlib.Path, parameter: str, expected: dict[str, Any], required: bool
) -> None:
    before = "N = 4\nB = 'b'\nTABLE = {'a': [1, 2]}\n"
    schema = predict(tmp_path, f"(self, {parameter}) -> str", before)["Input"]
    found = schema["properties"]["x"]
    assert {key: found.get(key) for key in expected} == expected
    assert found.keys() - expected.keys() <= {"title", "x-order", "type", "items"}
    assert schema.get("required", []) == (["x"] if required else [])


def test_order_is_that_of_the_parameters(tmp_path: pathlib.Path) -> None:
    schema = predict(tmp_path, "(self, text: str, n: int = 1, *, path: Path) -> str")["Input"]
    assert {name: item["x-order"] for name, item in schema["properties"].items()} == {
        "text": 0,
        "n": 1,
        "path": 2,
    }
    assert schema["required"] == ["text", "path"]
