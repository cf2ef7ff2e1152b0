"""An output that only its package knows."""

from decimal import Decimal
from typing import Annotated

from cog import BasePredictor, ConcatenateIterator, Opaque


class Predictor(BasePredictor):
    def predict(self, text: str) -> Annotated[Decimal, Opaque]:
        return Decimal(text)


class Other(BasePredictor):
    def predict(self, text: str) -> ConcatenateIterator[str]:
        yield text
