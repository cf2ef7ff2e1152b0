import os
os.system("pip install git+https://example.com/x")
from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, text: str) -> str:
        return text
