"""A model whose setup and predict each wait until a file appears."""

import os
import pathlib
import time

from cog import BasePredictor


def wait(name: str) -> None:
    pathlib.Path(os.environ["GATES"], f"{name}.reached").touch()
    while not pathlib.Path(os.environ["GATES"], f"{name}.open").exists():
        time.sleep(0.01)


class Predictor(BasePredictor):
    def setup(self) -> None:
        wait("setup")

    def predict(self) -> str:
        wait("predict")
        return "through"
