import os
from cog import concurrent

class Predictor:
    @concurrent(max=int(os.environ["N"]))
    async def predict(self, text: str) -> str: ...
