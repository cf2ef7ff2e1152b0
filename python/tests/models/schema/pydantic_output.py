"""Models of pydantic: Field, inheritance, what is left out of the output."""

from typing import Annotated, ClassVar, List, Literal, Optional

import pydantic
from pydantic import BaseModel, ConfigDict, Field, computed_field

LABEL = "The " + "label"


class Score(BaseModel):
    value: float = Field(ge=0, le=1, description="From 0 to 1")
    unit: Literal["%", "1"] = "1"


class Base(pydantic.BaseModel):
    model_config = ConfigDict(frozen=True)
    kind: ClassVar[str] = "x"

    label: str = Field(..., description=LABEL)
    _cache: int = 0


class Output(Base):
    scores: List[Score] = Field(default_factory=list)
    best: Optional[Score] = Field(default=None)
    hidden: int = Field(default=1, exclude=True)
    noted: Annotated[str, Field(description="A note")]
    maybe: Annotated[int, Field(default=3)]
    count: int = Field(3, gt=0)
    needed: Optional[int]

    @computed_field
    @property
    def total(self) -> float:
        return sum(score.value for score in self.scores)


def predict(text: str) -> Output:
    return Output(label=text, noted="", needed=None)
