"""A nested output of cog's BaseModel."""

from datetime import date, datetime
from enum import Enum
from typing import Any, Dict, List, Optional

from cog import BaseModel, Path


class Label(Enum):
    CAT = "cat"
    DOG = "dog"


class Box(BaseModel):
    left: int
    top: int = 0


class Named(BaseModel):
    name: str
    note: Optional[str]


class Result(Named):
    boxes: List[Box]
    by_name: Dict[str, Box]
    label: Label
    mask: Path
    made_at: datetime
    day: date
    raw: Any
    pairs: list[list[float]]
    name: "str"
    either: int | str = 1


def predict(text: str) -> Result:
    return Result(
        name="",
        note=None,
        boxes=[],
        by_name={},
        label=Label.CAT,
        mask=Path("x"),
        made_at=datetime.now(),
        day=date.today(),
        raw=1,
        pairs=[],
    )
