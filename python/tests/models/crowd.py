"""Async predictions, several at once: each does what it is told, and waits for a gate."""

import asyncio
import contextlib
import ctypes
import os
import pathlib
import sys
import threading
from collections.abc import AsyncIterator

import cog


async def gate(name: str) -> None:
    folder = pathlib.Path(os.environ["GATES"])
    (folder / f"{name}.reached").touch()
    while not (folder / f"{name}.open").exists():
        await asyncio.sleep(0.01)


class Predictor(cog.BasePredictor):
    async def setup(self) -> None:
        self.loop = asyncio.get_running_loop()

    @cog.concurrent(max=3)
    async def predict(self, name: str, kind: str = "") -> AsyncIterator[str]:
        assert asyncio.get_running_loop() is self.loop
        print(f"{name} begins", end=" ")
        cog.current_scope().record_metric("order", name)
        await gate(name)
        print("here")
        await asyncio.to_thread(print, f"{name} in a thread")
        yield f"{name}, {self.scope.context.get('who')}"
        match kind:
            case "raise":
                raise ValueError(f"no {name}")
            case "exit":
                sys.exit(3)
            case "task exit":
                with contextlib.suppress(BaseException):
                    await asyncio.create_task(leave())
            case "crash":
                ctypes.string_at(0)
            case "C":
                ctypes.CDLL(None).puts(name.encode())
                thread = threading.Thread(target=print, args=[f"{name} has no context"])
                thread.start()
                thread.join()
            case "clean":
                try:
                    await gate("cancel")
                finally:
                    print(f"{name} cleaned up")


async def leave() -> None:
    sys.exit(4)
