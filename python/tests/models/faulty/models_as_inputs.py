from dataclasses import dataclass
from cog import BaseModel, BasePredictor

class Options(BaseModel):
    a: int

@dataclass
class Box:
    a: int

class Plain:
    a: int

class Predictor(BasePredictor):
    def predict(self, a: Options, b: list[Box], c: Plain, d: BasePredictor) -> str: ...
