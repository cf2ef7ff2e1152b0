"""A model that says how it is: as the file of the gate says, if there is one."""

import asyncio
import os
import pathlib
import time

import cog

GATES = pathlib.Path(os.environ["GATES"])


def state() -> bool:
    with open(GATES / "asked", "a") as file:
        file.write("x")
    if (GATES / "raise.open").exists():
        raise ValueError("no GPU")
    print("checked")
    return not (GATES / "ill.open").exists()


class Predictor:
    def predict(self) -> str:
        (GATES / "predict.reached").touch()
        while not (GATES / "predict.open").exists():
            time.sleep(0.01)
        return "done"

    def healthcheck(self) -> bool:
        while (GATES / "hang.open").exists():
            time.sleep(0.01)
        return state()


class Asynchronous:
    async def setup(self) -> None:
        self.loop = asyncio.get_running_loop()

    @cog.concurrent(max=2)
    async def run(self) -> str:
        (GATES / "predict.reached").touch()
        while not (GATES / "predict.open").exists():
            await asyncio.sleep(0.01)
        return "done"

    async def healthcheck(self) -> bool:
        assert self.loop is asyncio.get_running_loop()
        while (GATES / "hang.open").exists():
            await asyncio.sleep(0.01)
        return state()


class Mixed(Predictor):
    async def healthcheck(self) -> bool:  # type: ignore[override]
        while (GATES / "hang.open").exists():
            await asyncio.sleep(0.01)
        return state()
