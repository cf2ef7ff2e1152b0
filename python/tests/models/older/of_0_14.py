"""As written for Cog 0.14: pieces of a text, metrics of the scope."""

from cog import BasePredictor, ConcatenateIterator, Input, Path, Secret, current_scope
from cog.types import ExperimentalFeatureWarning, Weights


class Predictor(BasePredictor):
    def setup(self, weights: Weights = None) -> None:
        assert issubclass(ExperimentalFeatureWarning, Warning)

    def predict(self, token: Secret, image: Path = Input(default=None)) -> ConcatenateIterator:
        current_scope().record_metric("size", len(token.get_secret_value()))
        yield "a"
        yield "b" if image is None else image.read_text()
