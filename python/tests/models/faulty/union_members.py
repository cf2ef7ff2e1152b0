from typing import Any, Optional, TypedDict, Union
from cog import BaseModel, File, Path, Secret, strict

class Out(BaseModel):
    a: int
@strict
class Row(TypedDict):
    a: int

def predict(
    a: Path | str,
    b: Union[int, Secret],
    c: Optional[Union[File, str]],
    d: list[Path] | str,
    e: Any | int,
    f: Out | str,
    g: Row | str,
    h: dict[str, list[Path]] | str,
) -> str: ...
