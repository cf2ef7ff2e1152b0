"""As written for Cog 0.11: an output that may be missing, base classes from their old places."""

from typing import Optional

from cog import Input
from cog.base_predictor import BasePredictor


class Predictor(BasePredictor):
    def setup(self, weights: Optional[str] = None) -> None:
        self.weights = weights

    def predict(self, text: str = Input(default="", max_length=5)) -> Optional[str]:
        return text or None
