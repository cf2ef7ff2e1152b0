"""Choices, defaults and texts that are computed from constants."""

import math
import textwrap
from enum import Enum

from cog import BasePredictor, Input

MODELS = {"tiny": "org/tiny-1", "base": "org/base-2", "large": "org/large-3"}
EXTRA = ("xl", "xxl")
SIZES = list(MODELS.keys()) + list(EXTRA)
SQUARES = [n**2 for n in range(1, 6) if n != 3]
PAIRS = [f"{w}x{h}" for w in (512, 768) for h in (512, 768) if w >= h]
LIMIT = 4 * 1024
HALF = LIMIT // 2
DEFAULT, OTHER = SIZES[0], SIZES[-1]
NAMES = {key.upper(): value.split("/")[1] for key, value in MODELS.items()}
LANGUAGES = {"de", "en", "fr"}
TEXT = textwrap.dedent(
    """
    Two
      lines
    """
).strip()
SCHEDULERS = sorted({name.lower() for name in ["DDIM", "Euler", "Heun"]}, reverse=True)
BIG = True
CHOSEN = SIZES[1:3] if BIG and not LIMIT < 10 else ["a", "b"]
MERGED = [*SIZES, *NAMES]
FLAGS = {**MODELS, "extra": "org/extra"} | {"last": "x"}


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


class Limits:
    low = 1
    high = low + 9
    names = ["a", "b"]
    name = "limits"
    value = 3


class Predictor(BasePredictor):
    STYLES = ["photo", "sketch"]
    DEFAULT_STYLE = STYLES[0]

    def predict(
        self,
        size: str = Input(choices=SIZES, default=DEFAULT),
        square: int = Input(choices=SQUARES, default=SQUARES[-1]),
        pair: str = Input(choices=PAIRS, default=f"{512}x{512}"),
        length: int = Input(ge=Limits.low, le=LIMIT - 1, default=HALF),
        value: str = Input(choices=list(MODELS.values()), default=MODELS["base"]),
        name: str = Input(choices=list(NAMES), default=min(NAMES)),
        language: str = Input(choices=sorted(LANGUAGES), default="en"),
        text: str = Input(description=TEXT, default="-" * 3),
        scheduler: str = Input(choices=SCHEDULERS, default=max(SCHEDULERS)),
        chosen: str = Input(choices=CHOSEN),
        mode: str = Input(choices=[m.value for m in Mode], default=Mode.FAST.value),
        mode_name: str = Input(choices=[m.name for m in Mode], default=Mode.SLOW.name),
        style: str = Input(choices=STYLES, default=DEFAULT_STYLE),
        angle: float = Input(ge=0, le=round(2 * math.pi, 3), default=0),
        merged: str = Input(
            choices=MERGED, default=OTHER, description=f"One of {', '.join(MERGED)}"
        ),
        flag: str = Input(choices=tuple(FLAGS), default="extra"),
        padded: str = f"{7:03d} {1.5:.2f} {'a'!r}",
        lists: list[str] = Limits.names,
        seed: int = -1 if Limits.high > 9 else 2**31 - 1,
        chain: bool = 1 < Limits.high <= 10 and "photo" in STYLES,
        upper: str = " / ".join(part.title() for part in EXTRA),
        of_class: str = Limits.name if Limits.value is not None else "",
        total: int = sum(SQUARES) + len(SIZES),
        zipped: dict[str, int] = dict(zip(EXTRA, range(2))),
    ) -> str:
        return size
