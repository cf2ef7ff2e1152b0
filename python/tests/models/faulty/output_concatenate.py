import cog

class Predictor:
    def predict(self) -> cog.ConcatenateIterator[int]: ...
