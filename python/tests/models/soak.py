"""Predictions that end in every way, several at once or one at a time."""

import asyncio
import os
import random
import time

import cog


def end(kind: str) -> str:
    match kind:
        case "raise":
            raise ValueError("soaked")
        case "crash":
            os.abort()
        case "exit":
            raise SystemExit(1)
        case "large":
            return "x" * (2 << 20)
    return "done"


class Predictor(cog.BasePredictor):
    """One at a time."""

    def predict(self, kind: str, file: cog.Path) -> str:
        print(f"{kind} begins")
        time.sleep(random.uniform(0, 0.005))
        assert file.read_bytes() == b"soak"
        self.record_metric("kind", kind)
        if kind == "wait":
            time.sleep(600)
        return end(kind)


class Crowd(cog.BasePredictor):
    """Eight at once."""

    @cog.concurrent(max=8)
    async def predict(self, kind: str, file: cog.Path) -> str:
        print(f"{kind} begins")
        await asyncio.sleep(random.uniform(0, 0.005))
        assert file.read_bytes() == b"soak"
        self.record_metric("kind", kind)
        if kind == "wait":
            await asyncio.sleep(600)
        return end(kind)
