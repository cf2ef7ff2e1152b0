"""class Predictor: no"""
import asyncio
try:
    from cog import BasePredictor
except ImportError:
    BasePredictor = object  # class Predictor


@decorated(name="x")
class Predictor(BasePredictor):
    """def run(self): no"""

    def setup(self): self.text = f"{"def run"}"

    async def predict(
        self, text: str,
    ) -> str:
        return text

async def train(data: str) -> str: return data
