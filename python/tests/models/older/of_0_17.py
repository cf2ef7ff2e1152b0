"""As written for Cog 0.17: without pydantic, with coders and dataclasses."""

from dataclasses import dataclass
from typing import Any, Dict, Optional, Type

from cog import BaseModel, BasePredictor, FieldInfo, Input, URLFile, URLPath
from cog.coder import Coder


class Bare(BaseModel, auto_dataclass=False):
    def __init__(self, text: str) -> None:
        self.text = text


class Output(BaseModel):
    text: str
    point: Any = None


@dataclass
class Point:
    x: int


class PointCoder(Coder):
    @staticmethod
    def factory(tpe: Type[Any]) -> Optional[Coder]:
        return PointCoder() if tpe is Point else None

    def encode(self, x: Any) -> Dict[str, Any]:
        return {"x": x.x}

    def decode(self, x: Dict[str, Any]) -> Any:
        return Point(x=x["x"])


Coder.register(PointCoder)


class Predictor(BasePredictor):
    def predict(self, text: str = Input("a", regex="^[a-z]+$")) -> Output:
        assert isinstance(Input(), FieldInfo)
        assert URLFile and URLPath
        return Output(Bare(text).text, Point(1))
