"""Aliases of Python 3.12."""

from cog import BasePredictor, Path

type Image = Path
type Images = list[Image]
type Words = str | list[str] | None


class Predictor(BasePredictor):
    def predict(self, image: Image, images: Images, words: Words = None) -> Images:
        return images
