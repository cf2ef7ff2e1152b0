"""Repeats a text."""

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(
        self,
        text: str = Input(description="What to repeat"),
        n: int = Input(description="How many times", default=1, ge=1, le=5),
    ) -> str:
        return " ".join([text] * n)
