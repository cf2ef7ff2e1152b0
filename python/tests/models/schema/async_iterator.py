"""An async generator that runs several times at once, and streams."""

from typing import AsyncGenerator

import cog
from cog import BaseRunner, concurrent


class Token(cog.BaseModel):
    text: str


class Predictor(BaseRunner):
    @cog.streaming
    @concurrent(max=4)
    async def run(self, text: str) -> AsyncGenerator[Token, None]:
        yield Token(text=text)
