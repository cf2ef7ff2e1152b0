"""Unions of what JSON has, in each other and through aliases."""

from typing import Literal, Optional, TypeAlias, Union

from cog import BasePredictor

Number = Union[int, float]
Maybe = Optional[Number]
Text: TypeAlias = "str | None"


class Predictor(BasePredictor):
    def predict(
        self,
        a: int | str,
        b: Union[int, float, str, bool],
        c: Number,
        d: Maybe,
        e: Optional[Union[str, list[str]]],
        f: Union[Number, str, Number],
        g: dict | list | None,
        h: Union[int],
        i: Optional[Text],
        j: Literal["auto"] | int = "auto",
        k: int | str = "x",
        l: Maybe = None,
        m: list[int | str] = [1, "a"],
        n: Union[int, str] = None,  # type: ignore[assignment]
    ) -> list[int | str]:
        return []
