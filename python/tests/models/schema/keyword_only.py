"""A function, with keyword-only parameters and other letters."""

from typing import Literal


def predict(text: str, *, größe: Literal["klein", "groß"] = "groß", n_steps: int) -> list[str]:
    return [text]
