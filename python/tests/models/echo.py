"""A function as a model."""

from cog import Input


def predict(text: str, times: int = Input(default=2, ge=1, le=3)) -> list[str]:
    return [text] * times
