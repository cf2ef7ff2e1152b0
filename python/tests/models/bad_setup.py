"""A setup that fails, or dies, as told by the environment."""

import os

from cog import BasePredictor


class Predictor(BasePredictor):
    def setup(self) -> None:
        print("looking for weights")
        if os.environ["SETUP"] == "die":
            os._exit(7)
        raise FileNotFoundError("no weights")

    def predict(self) -> str:
        return ""
