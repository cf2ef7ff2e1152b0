"""Outputs made of what users have installed: numpy, and pydantic of either major version."""

import datetime
import enum
from dataclasses import dataclass
from typing import Annotated, TypedDict

import numpy
import pydantic

import cog


class Mode(enum.Enum):
    FAST = "fast"


class Inner(pydantic.BaseModel):
    name: str
    mode: Mode = Mode.FAST


class Validated(pydantic.BaseModel):
    inner: list[Inner]
    when: datetime.date


@dataclass
class Record:
    array: object
    scalar: object


class Row(TypedDict):
    record: Record
    validated: Validated


class Predictor(cog.BasePredictor):
    def predict(self, given: Annotated[dict, cog.Opaque]) -> Row:  # type: ignore[type-arg]
        array = numpy.array([[1, 2], [3, 4]], dtype=numpy.int16)
        inner = Inner(**given)
        return {
            "record": Record(array, numpy.float32(0.5)),
            "validated": Validated(inner=[inner], when=datetime.date(2026, 1, 2)),
            "flags": [numpy.bool_(True), numpy.nan],  # type: ignore[typeddict-unknown-key]
        }
