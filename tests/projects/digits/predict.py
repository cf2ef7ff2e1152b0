"""Which digit is this? A forest of decision trees looks at eight times eight pixels."""

import joblib
from cog import BaseModel, BasePredictor, Input


class Output(BaseModel):
    digit: int
    probability: float


class Predictor(BasePredictor):
    def setup(self) -> None:
        self.forest = joblib.load("weights/forest.joblib")

    def predict(self, pixels: list[int] = Input(description="64 pixels, row by row: 0 is white, 16 black")) -> Output:
        (probabilities,) = self.forest.predict_proba([pixels])
        digit = int(probabilities.argmax())
        return Output(digit=digit, probability=round(float(probabilities[digit]), 3))
