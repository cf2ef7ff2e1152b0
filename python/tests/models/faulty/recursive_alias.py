from typing import Union
Json = Union[str, list["Json"]]
Loop = "Pool"
Pool = "Loop"

def predict(a: Json, b: Loop, c: int = LEFT) -> str: ...

LEFT = RIGHT
RIGHT = LEFT
SELF = [1, *SELF]
