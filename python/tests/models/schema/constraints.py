"""Every argument of Input()."""

from typing import Optional

import cog
from cog import BasePredictor, File, Path
from cog import Input as Field


class Predictor(BasePredictor):
    def predict(
        self,
        a: int = Field(ge=0, le=10, default=5, description="An integer"),
        b: float = cog.Input(0.5, ge=0, le=1.5),
        c: str = Field(min_length=1, max_length=20, default="abc"),
        d: str = Field(regex=r"^\w+$"),
        e: str = Field(choices=["a", "b"], default="b", description="One of two"),
        f: int = Field(choices=[1, 2, 4]),
        g: str = Field(default="x", deprecated=True),
        h: Path = Field(accept=["image/*", ".png"]),
        i: Optional[File] = Field(accept=(".wav",)),
        j: list[Path] = Field(accept=["video/mp4"], description="Films"),
        k: Optional[int] = Field(ge=1, default=None),
        l: Optional[str] = Field(choices=["x", "y"], default=None),
        m: float = Field(default=...),
        n: str = Field(description=None, ge=None, default="z"),
    ) -> Path:
        return h
