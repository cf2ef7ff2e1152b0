import cog

class Predictor:
    @cog.concurrent(max=4)
    def predict(self, text: str) -> str: ...
