"""Annotations that are never evaluated (PEP 563), and such in quotes."""

from __future__ import annotations

import typing as t
from typing import TYPE_CHECKING

from cog import BaseModel, BasePredictor, Input, Path

if TYPE_CHECKING:
    from collections.abc import Sequence


class Output(BaseModel):
    items: list[Item]
    best: Item | None = None


class Item(BaseModel):
    name: str
    scores: "list[float]"


class Predictor(BasePredictor):
    names: Sequence[str]

    def predict(
        self,
        a: "str",
        b: 'list["int"]',
        c: t.Optional["Path"] = None,
        d: int | None = Input(default=None, ge=1),
    ) -> Output:
        return Output(items=[])
