from typing import Any
from cog import Input, Path

def predict(
    a: int = Input(default=11, ge=0, le=10),
    b: int = Input(ge=2, le=1),
    c: str = Input(ge=1),
    d: list[str] = Input(max_length=3),
    e: str = Input(regex="("),
    f: str = Input(default="abc", regex="^b"),
    g: str = Input(min_length=-1),
    h: int = Input(ge="1"),
    i: int = Input(ge=True),
    j: Any = Input(le=3),
    k: str = Input(description=3),
    l: str = Input(accept=[".png"]),
    m: Path = Input(accept=["png"]),
    n: list[str] = Input(default_factory=list),
    o: str = Input(pattern="a"),
    p: str = Input("a", "b"),
    q: bool = Input(deprecated="yes"),
) -> str: ...
