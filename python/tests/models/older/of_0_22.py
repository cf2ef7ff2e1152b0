"""As written for Cog 0.21 and 0.22: decorators in all their forms."""

from typing import AsyncIterator

from cog import BaseRunner, Input, Path, concurrent, streaming


class Runner(BaseRunner):
    @streaming()
    @concurrent(max=2)
    async def run(
        self, text: str, image: Path = Input(default=None, accept="image/*, .png")
    ) -> AsyncIterator[str]:
        for word in text.split():
            yield word


class Alone(BaseRunner):
    @streaming
    @concurrent
    def run(self, text: str) -> str:
        return text


class Still(BaseRunner):
    @concurrent()
    async def run(self, text: str) -> str:
        return text
