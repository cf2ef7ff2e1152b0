"""Types that a model teaches to cog."""

import pathlib
from typing import Any

import pytest

from cog import coder
from cog.coder import Coder
from cog.coercion import InputError, arguments
from cog.encoding import encode
from cog.signature import parameters


class Point:
    def __init__(self, x: int) -> None:
        self.x = x


class PointCoder(Coder):
    @staticmethod
    def factory(tpe: Any) -> Coder | None:
        return PointCoder() if tpe is Point else None

    def encode(self, x: Any) -> dict[str, Any]:
        return {"x": x.x, "more": [float("inf")]}

    def decode(self, x: dict[str, Any]) -> Point:
        return Point(x["x"])


def predict(point: Point) -> Point:
    return point


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coder.Coder, "_coders", [])
    Coder.register(PointCoder)
    Coder.register(PointCoder)
    assert Coder._coders == [PointCoder]


@pytest.mark.usefixtures("registered")
def test_there_and_back(tmp_path: pathlib.Path) -> None:
    given = arguments(parameters(predict), {"point": {"x": 2}}, str(tmp_path))
    assert encode([predict(**given)]) == [{"x": 2, "more": [None]}]
    with pytest.raises(InputError, match="input 'point': must be an object"):
        arguments(parameters(predict), {"point": 2}, str(tmp_path))
    assert Coder.lookup(int) is None


def test_without_a_coder(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match="Point'> is not supported"):
        arguments(parameters(predict), {"point": {"x": 2}}, str(tmp_path))
    with pytest.raises(TypeError, match="Point cannot be turned into JSON"):
        encode(Point(1))
