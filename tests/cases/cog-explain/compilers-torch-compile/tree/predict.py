import torch
from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, text: str) -> str:
        return text

    def setup(self) -> None:
        self.model = torch.compile(torch.nn.Linear(1, 1))
