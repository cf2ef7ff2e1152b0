from typing import Annotated, Generic, TypeVar
from cog import BaseModel, Input

T = TypeVar("T")

class Box(BaseModel, Generic[T]):
    item: T

def predict(a: Annotated[int, Input(ge=1)], b: T, c: dict[int, str], d: "list[", e: Box[int]) -> Box[int]: ...
