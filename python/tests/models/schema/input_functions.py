"""Input() that functions of the project return, and what else their calls give."""

import functools
import os
from os import environ

from cog import BasePredictor, Input
from shop import presets

SCHEDULERS = {"DDIM": object(), "Euler": print, "DPM++": lambda: None}
PRECISION = os.environ.get("MODEL_PRECISION", "fp16")


def seed(default=None, text="Random seed"):
    """One for all models."""
    return Input(default=default, description=text, ge=0)


def size(name: str, low: int = 64, *, high: int = 1024) -> int:
    limit: int = high * 2
    text = f"{name}, {low} to {limit}"
    return Input(description=text, ge=low, le=limit, default=low)


def width():
    return size("Width", high=512)


def names(prefix):
    return [prefix + name for name in SCHEDULERS]


@functools.lru_cache(maxsize=None)
def steps():
    return 4 * 5


class Predictor(BasePredictor):
    def predict(
        self,
        seed: int = seed(),
        other_seed: int = seed(7, text="Another"),
        width: int = width(),
        height: int = size("Height", 128),
        quality: int = presets.quality(),
        output_format: str = presets.output_format(default="webp"),
        scheduler: str = Input(choices=SCHEDULERS.keys(), default="DDIM"),
        prefixed: str = Input(choices=names("a-"), default=names("a-")[0]),
        many: str = Input(choices=[k for k, v in SCHEDULERS.items()], default=list(SCHEDULERS)[-1]),
        count: int = Input(default=len(SCHEDULERS), le=steps()),
        precision: str = Input(default=PRECISION, choices=["fp16", "fp32"]),
        workers: int = int(environ.get("MODEL_WORKERS", default="2")),
        text: str = "Runs {} times".format(3),
        listed: str = Input(description=f"One of {names('')}", default=str(("a", 1))),
        file: str = os.path.basename(os.path.join("styles", "base.safetensors")),
    ) -> str:
        return output_format
