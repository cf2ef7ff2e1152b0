"""Tells a text word by word: the model of the examples in man/cog-http.7."""

import time

from cog import BasePredictor, ConcatenateIterator, Input, streaming


class Predictor(BasePredictor):
    @streaming
    def predict(
        self,
        text: str = Input(description="What to tell"),
        pause: float = Input(default=0, ge=0, le=60, description="Seconds before each word"),
    ) -> ConcatenateIterator[str]:
        for word in text.split():
            time.sleep(pause)
            yield f"{word} "
