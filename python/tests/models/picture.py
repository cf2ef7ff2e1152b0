"""A picture in, the same out."""

from cog import BasePredictor, Input, Path


class Predictor(BasePredictor):
    def predict(
        self, image: Path = Input(accept=["image/*"]), note: str = Input(default=None)
    ) -> Path:
        assert note is None
        return image
