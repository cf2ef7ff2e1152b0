"""Scalars, with and without defaults."""

from typing import Any

from cog import BasePredictor, File, Input, Path, Secret


class Predictor(BasePredictor):
    def predict(
        self,
        text: str,
        count: int,
        ratio: float,
        flag: bool,
        image: Path,
        stream: File,
        token: Secret,
        anything: Any,
        max_new_tokens: int = 3,
        scale: float = 2,
        negative: float = -0.5,
        on: bool = True,
        empty: str = "",
        nothing: Any = None,
        key: Secret = Input(default=None),
        named: str = Input(description="Said", default=None),
    ) -> str:
        return text
