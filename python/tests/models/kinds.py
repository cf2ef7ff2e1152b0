"""An input of every kind."""

import enum
from typing import Any, Literal, Optional

from cog import BasePredictor, Input, Path, Secret

SIZES = {"small": 1, "large": 2}


class Mode(enum.Enum):
    FAST = "fast"
    EXACT = "exact"


class Predictor(BasePredictor):
    def predict(
        self,
        text: str,
        count: int = Input(default=3, ge=1, le=2**4),
        ratio: float = 1,
        flag: bool = False,
        size: str = Input(default="small", choices=list(SIZES)),
        mode: Mode = Mode.FAST,
        unit: Literal["px", "cm"] = "px",
        names: list[str] = ["a", "b"],  # noqa: B006
        options: dict[str, Any] = Input(default={}),
        file: Optional[Path] = None,  # noqa: UP045
        key: Secret = Input(default=None),
        either: int | str = 1,
        code: str = Input(default="ab1", regex="^[a-z0-9]+$", min_length=2, max_length=5),
        anything: Any = None,
    ) -> dict[str, Any]:
        return {
            "count": count,
            "ratio": repr(ratio),
            "mode": mode,
            "names": names,
            "file": file and file.read_text(),
            "key": key and key.get_secret_value(),
        }
