"""TypedDict as input and output."""

from typing import Any, Literal, NotRequired, Required, Optional, TypedDict

from cog import BasePredictor, Input, Path


class Part(TypedDict):
    kind: Literal["text", "image"]
    text: NotRequired[str]
    image: NotRequired[Path]


class Message(TypedDict):
    role: str
    content: str | list[dict[str, Any]]
    parts: list[Part]


class Options(TypedDict, total=False):
    temperature: float
    model: Required[str]
    stop: Optional[list[str]]


class More(Options):
    extra: int


Point = TypedDict("Point", {"x": float, "y": NotRequired[float]})


class Predictor(BasePredictor):
    def predict(
        self,
        messages: list[Message],
        options: Options = {"model": "small"},
        more: Optional[More] = None,
        point: Point = Input(default={"x": 1.5, "y": 2}),
    ) -> Message:
        return messages[0]
