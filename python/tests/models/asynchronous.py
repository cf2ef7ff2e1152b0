"""Async setup and predict, on one event loop."""

import asyncio
import pathlib
from collections.abc import AsyncIterator

from cog import BasePredictor, streaming


class Predictor(BasePredictor):
    async def setup(self) -> None:
        self.loop = asyncio.get_running_loop()

    @streaming
    async def predict(self, text: str, marker: str = "") -> AsyncIterator[str]:
        assert asyncio.get_running_loop() is self.loop
        for word in text.split():
            await asyncio.sleep(0)
            yield word
        if marker:
            pathlib.Path(marker).touch()
            await asyncio.sleep(600)
