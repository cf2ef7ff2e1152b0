import typing
from typing import Callable, Optional, Tuple

def predict(a: bytes, b: Tuple[int, int], c: Callable, d: typing.Sequence[str], e: Optional, f: list[int, str], g: 3) -> str: ...
