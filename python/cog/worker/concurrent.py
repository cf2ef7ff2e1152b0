"""Predictions as tasks of one event loop, in the main thread: for async code, as many at once as
the server submits.
"""

import asyncio
import contextlib
import inspect
import traceback
from typing import Any

from cog.exceptions import CancelationException
from cog.worker.model import Model
from cog.worker.work import Work, is_iterator


class Concurrent:
    """Runs async code. run() in the main thread, the others in any."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._loop = model.loop()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._cancelled: set[str] = set()
        self._closed = asyncio.Event()

    def submit(self, work: Work) -> None:
        """Run it now."""
        self._loop.call_soon_threadsafe(self._start, work)

    def _start(self, work: Work) -> None:
        task = self._loop.create_task(self._serve(work))
        self._tasks[work.id] = task

    def cancel(self, prediction: str) -> None:
        """Cancel it if it has not ended."""
        self._loop.call_soon_threadsafe(self._cancel, prediction)

    def _cancel(self, prediction: str) -> None:
        if prediction in self._tasks:
            self._cancelled.add(prediction)
            # Not before its first step: a task that never began would never say that it ended.
            self._loop.call_soon(self._tasks[prediction].cancel)

    def close(self) -> None:
        """Let run() end."""
        self._loop.call_soon_threadsafe(self._closed.set)

    def run(self) -> None:
        """Run what is submitted until close()."""
        main = self._loop.create_task(self._main())
        while not main.done():
            # sys.exit() in a task of the user's own ends the loop, and nothing else.
            try:
                self._loop.run_until_complete(main)
            except (SystemExit, KeyboardInterrupt):
                traceback.print_exc()

    async def _main(self) -> None:
        await self._closed.wait()

    async def _serve(self, work: Work) -> None:
        status, failure = "succeeded", None
        with work.current():
            try:
                await self._predict(work)
            except CancelationException:
                status = "canceled"
            except BaseException as error:
                status = "canceled" if work.id in self._cancelled else "failed"
                failure = error if status == "failed" else None
            # Its place is free, and its id, as soon as the server has read the message.
            del self._tasks[work.id]
            self._cancelled.discard(work.id)
            work.complete(status, failure)

    async def _predict(self, work: Work) -> None:
        parameters = self._model.parameters
        if self._model.takes_files:
            arguments = await asyncio.to_thread(work.arguments, parameters)
        else:
            arguments = work.arguments(parameters)
        output = self._model.call(arguments)
        if inspect.isasyncgen(output):
            work.begin_list()
            async with contextlib.aclosing(output):
                async for item in output:
                    work.add_output(item)
        else:
            self._finish(work, await output if inspect.isawaitable(output) else output)

    def _finish(self, work: Work, output: Any) -> None:
        if not is_iterator(output):
            work.output(output)
            return
        work.begin_list()
        for item in output:
            work.add_output(item)
