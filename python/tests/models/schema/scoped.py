"""Names of the class before those of the file."""

from cog import BasePredictor, Input

LIMIT = 5
Kind = str


class Predictor(BasePredictor):
    Kind = int
    LIMIT = 7
    HALVES = [n for n in (1, 2, 3)]

    def predict(self, a: Kind, n: int = LIMIT, half: int = Input(choices=HALVES)) -> Kind:
        return n
