from cog import BasePredictor

SIZE = 3

class Config:
    size = SIZE



class Other:
    size = 3

Other.size = 2

class Predictor(BasePredictor):
    WORDS = ["a"]
    WORDS.append("b")

    def predict(self, a: int = Config.absent, b: int = Other.size, c: list[str] = WORDS, d: int = Config.size.real) -> str: ...
