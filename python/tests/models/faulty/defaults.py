import os
from typing import Any, Literal, Optional, TypedDict
from cog import Path, Secret, strict
from enum import Enum
@strict
class Row(TypedDict):
    a: int

class Mode(Enum):
    A = "a"

def predict(
    a: int = "1",
    b: int = True,
    c: Path = Path("cat.png"),
    d: str = os.environ["HOME"],
    e: list[int] = (1, 2),
    f: Row = {},
    g: dict[str, int] = {"a": "b"},
    h: Literal["a", "b"] = "c",
    i: Mode = Mode.B,
    j: int | str = 1.5,
    k: float = float("inf"),
    l: str = "\ud800",
    m: Any = {1: 2},
    n: Optional[int] = "x",
    o: Path = "cat.png",
    p: Secret = 5,
) -> str: ...
