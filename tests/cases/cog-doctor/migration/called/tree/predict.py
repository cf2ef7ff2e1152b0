from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, text: str) -> str:
        return text


if __name__ == "__main__":
    print(Predictor().predict("hello"))
