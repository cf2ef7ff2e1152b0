"""Lists, dicts and what may be missing, in the spellings that there are."""

import typing
import typing as t
from typing import Any, Dict, List, Optional, Union

from cog import BasePredictor, Input, Path


class Predictor(BasePredictor):
    def predict(
        self,
        a: list,
        b: List[str],
        c: list[list[int]],
        d: dict,
        e: Dict[str, Any],
        f: t.Dict[str, List[float]],
        g: typing.Optional[int],
        h: Optional[Path],
        i: str | None,
        j: None | list[str],
        k: Union[str, None] = None,
        l: List[Path] = Input(description="Some", default=[]),
        m: dict[str, int] = {"a": 1},
        n: list[int] = Input(default=[1, 2]),
        o: Optional[List[dict]] = Input(default=None),
        p: t.List = [1, "a", None],
    ) -> Dict[str, List[Dict[str, Any]]]:
        return {}
