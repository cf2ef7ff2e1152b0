from cog import concurrent

class Predictor:
    @concurrent(4)
    async def predict(self, text: str) -> str: ...
