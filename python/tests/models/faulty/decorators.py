import cog
from parts.tools import hides

class Predictor:
    @hides
    def predict(self, text: str) -> str: ...
