"""A model that can be trained."""

import cog


class Predictor(cog.BasePredictor):
    def predict(self, text: str) -> str:
        return f"predicted {text}"

    def train(self, text: str) -> str:
        return f"trained {text}"


def train(text: str) -> str:
    return f"trained {text} by a function"
