"""A model."""
from cog import (
    BasePredictor,  # its base
    Input,
)


class Other:
    def predict(self) -> int:
        return 1


class Predictor(BasePredictor):
    def setup(self) -> None:
        self.model = Other()

    def predict(self, text: str = Input()) -> str:
        # one by one
        return text * self.model.predict()

    def twice(self) -> str:
        return self.predict("a") + self.predict("b")
