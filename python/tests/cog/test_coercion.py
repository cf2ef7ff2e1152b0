"""From JSON to arguments: what is taken, what is refused, and how it is told."""

import base64
import enum
import pathlib
from typing import Any, Literal

import pytest

from cog import File, Input, Path, Secret
from cog.coercion import InputError, arguments
from cog.signature import parameters


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


def convert(annotation: Any, value: Any, folder: pathlib.Path, **bounds: Any) -> Any:
    def predict(x):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        return x

    predict.__annotations__["x"] = annotation
    predict.__defaults__ = (Input(**bounds),)
    return arguments(parameters(predict), {"x": value}, str(folder))["x"]


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (str, "http://looks.like/a/url", "http://looks.like/a/url"),
        (int, 3, 3),
        (float, 3, 3.0),
        (bool, True, True),
        (Any, {"a": [1]}, {"a": [1]}),
        (list[float], [1, 2.5], [1.0, 2.5]),
        (list, [1, "a"], [1, "a"]),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (int | None, None, None),
        (int | str, "a", "a"),
        (float | None, 2, 2.0),
        (Mode, "slow", Mode.SLOW),
        (Literal["a", 1], 1, 1),
        (Secret, "hush", Secret("hush")),
    ],
)
def test_takes(annotation: Any, value: Any, expected: Any, tmp_path: pathlib.Path) -> None:
    found = convert(annotation, value, tmp_path)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        (str, 1, "must be a string"),
        (int, "1", "must be an integer"),
        (int, True, "must be an integer"),
        (int, 1.0, "must be an integer"),
        (float, "1", "must be a number"),
        (float, False, "must be a number"),
        (bool, 1, "must be true or false"),
        (int, None, "must be an integer"),
        (list[int], [1, "a"], "item 1: must be an integer"),
        (list[int], "ab", "must be a list"),
        (dict[str, int], [], "must be an object"),
        (int | bool, "a", "must be an integer or must be true or false"),
        (Mode, "medium", "must be one of ['fast', 'slow']"),
        (Literal[1, 2], True, "must be one of [1, 2]"),
        (Secret, 1, "must be a string"),
        (Path, "/etc/passwd", "must be a URL that begins with data:, http: or https:"),
        (Path, "file:///etc/passwd", "must be a URL that begins with data:, http: or https:"),
        (Path, "data:text/plain", "is not a data URL: it has no comma"),
        (bytes, "a", "the type <class 'bytes'> is not supported"),
    ],
)
def test_refuses(annotation: Any, value: Any, text: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError) as caught:
        convert(annotation, value, tmp_path)
    assert str(caught.value) == f"input 'x': {text}"


@pytest.mark.parametrize(
    ("annotation", "bounds", "good", "bad", "text"),
    [
        (int, {"ge": 2}, 2, 1, "must be at least 2"),
        (float, {"le": 0.5}, 0.5, 0.6, "must be at most 0.5"),
        (str, {"min_length": 2}, "ab", "a", "must have at least 2 characters"),
        (str, {"max_length": 1}, "é", "ab", "must have at most 1 characters"),
        (str, {"regex": "^a+$"}, "aa", "ab", "must match ^a+$"),
        (int, {"choices": [1, 2]}, 1, 3, "must be one of [1, 2]"),
    ],
)
def test_bounds(
    annotation: Any, bounds: dict[str, Any], good: Any, bad: Any, text: str, tmp_path: pathlib.Path
) -> None:
    assert convert(annotation, good, tmp_path, **bounds) == good
    with pytest.raises(InputError) as caught:
        convert(annotation, bad, tmp_path, **bounds)
    assert str(caught.value) == f"input 'x': {text}"


@pytest.mark.parametrize(
    ("annotation", "value", "kind"),
    [
        (float | int, 1, int),
        (int | float, 1.0, float),
        (float | int | None, 3, int),
        (list[float | int], [1, 2.5], list),
        (float, 1, float),
        (str | int, "3", str),
        (float | bool, True, bool),
        (int | bool, True, bool),
        (float | str, 2, float),
        (list[int] | dict[str, int], {"a": 1}, dict),
    ],
)
def test_unions_choose_by_the_type_in_json(
    tmp_path: pathlib.Path, annotation: Any, value: Any, kind: type
) -> None:
    found = convert(annotation, value, tmp_path)
    assert (type(found), found) == (kind, value)
    if kind is list:
        assert [type(item) for item in found] == [int, float]


def test_bounds_do_not_apply_to_none(tmp_path: pathlib.Path) -> None:
    assert convert(int | None, None, tmp_path, ge=2) is None


def test_files_are_private_copies(tmp_path: pathlib.Path) -> None:
    url = "data:image/png;base64," + base64.b64encode(b"bytes").decode()
    path = convert(Path, url, tmp_path)
    assert isinstance(path, Path)
    assert (path.name, path.read_bytes()) == ("file.png", b"bytes")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with convert(File, "data:,two%20words", tmp_path / "other") as file:
        assert (type(file), file.read()) == (File, b"two words")


def test_omitted_inputs_and_all_errors_at_once(tmp_path: pathlib.Path) -> None:
    def predict(
        a: int, b: int | None, c: str = Input(default=None), d: float = 2, e: Mode = Mode.FAST
    ) -> None: ...

    with pytest.raises(InputError) as caught:
        arguments(parameters(predict), {"d": "x"}, str(tmp_path))
    assert str(caught.value) == ("input 'a': is required; input 'd': must be a number")
    values = arguments(parameters(predict), {"a": 1, "unknown": 1}, str(tmp_path))
    assert values == {"a": 1, "b": None, "c": None, "d": 2.0, "e": Mode.FAST}


def test_null_where_the_default_is_none(tmp_path: pathlib.Path) -> None:
    assert convert(Secret, None, tmp_path, default=None) is None
    assert convert(str, None, tmp_path, default=None) is None
    with pytest.raises(InputError, match="must be a string"):
        convert(str, None, tmp_path, default="")


def test_a_default_list_is_not_shared(tmp_path: pathlib.Path) -> None:
    def predict(names: list[str] = ["a"]) -> None: ...  # noqa: B006

    first = arguments(parameters(predict), {}, str(tmp_path))["names"]
    first.append("b")
    assert arguments(parameters(predict), {}, str(tmp_path))["names"] == ["a"]


def test_a_parameter_without_type() -> None:
    def predict(x):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        return x

    with pytest.raises(TypeError, match="input 'x' has no type"):
        parameters(predict)
