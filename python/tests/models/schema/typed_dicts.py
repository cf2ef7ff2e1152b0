"""TypedDict as input and output."""

from typing import Annotated, Any, Literal, NotRequired, Required, Optional, TypedDict

import cog
from cog import BasePredictor, Input, Path, strict


@strict
class Part(TypedDict):
    kind: Literal["text", "image"]
    text: NotRequired[str]
    image: NotRequired[Path]


@strict
class Message(TypedDict):
    role: str
    content: str | list[dict[str, Any]]
    parts: list[Part]


@cog.strict
class Options(TypedDict, total=False):
    temperature: float
    model: Required[str]
    stop: Optional[list[str]]


class More(Options):
    extra: int


class Loose(TypedDict):
    a: int
    b: list["Loose"]


Point = TypedDict("Point", {"x": float, "y": NotRequired[float]})


class Predictor(BasePredictor):
    def predict(
        self,
        messages: list[Message],
        options: Options = {"model": "small"},
        more: Optional[More] = None,
        loose: Loose = {"anything": 1},
        several: Annotated[list[Message], cog.Opaque] = [],
        none: Annotated[Optional[list[Message]], cog.Opaque] = None,
        maybe: Optional[Annotated[list, cog.Opaque]] = None,
        point: Point = Input(default={"x": 1.5, "y": 2}),
    ) -> Message:
        return messages[0]
