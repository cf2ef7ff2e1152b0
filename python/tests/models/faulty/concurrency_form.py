from cog import concurrent

class Predictor:
    @concurrent
    async def predict(self, text: str) -> str: ...
