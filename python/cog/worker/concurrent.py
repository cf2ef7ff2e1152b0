"""Predictions as tasks of one event loop, in the main thread: for async code, as many at once as
the server submits.
"""

import asyncio
import contextlib
import inspect
import socket
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

from cog.exceptions import CancelationException
from cog.worker.channel import Receiver
from cog.worker.model import Model
from cog.worker.work import Work, is_iterator

Result = TypeVar("Result")


class Concurrent:
    """Runs async code. run() in the main thread, cancel() in any."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._loop = model.loop()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._latest = -1
        self._cancelled: set[int] = set()
        self._closed = asyncio.Event()

    def _start(self, work: Work) -> None:
        self._latest = work.number
        self._tasks[work.number] = self._loop.create_task(self._serve(work))
        if work.number in self._cancelled:
            self._cancel(work.number)

    def cancel(self, prediction: int) -> None:
        """Cancel it if it has not ended."""
        self._loop.call_soon_threadsafe(self._cancel, prediction)

    def _cancel(self, prediction: int) -> None:
        if prediction in self._tasks:
            self._cancelled.add(prediction)
            # Not before its first step: a task that never began would never say that it ended.
            self._loop.call_soon(self._tasks[prediction].cancel)
        elif prediction > self._latest:
            self._cancelled.add(prediction)

    def run(self, receiver: Receiver, work: Callable[[dict[str, Any]], Work]) -> None:
        """Run what comes until there is no more."""

        def receive() -> None:
            try:
                messages = receiver.receive(socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if messages is None:
                self._loop.remove_reader(receiver)
                self._closed.set()
            for message in messages or []:
                self._start(work(message))

        self._loop.add_reader(receiver, receive)
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
                status = "canceled" if work.number in self._cancelled else "failed"
                failure = error if status == "failed" else None
            # Its place is free, and its id, as soon as the server has read the message.
            del self._tasks[work.number]
            self._cancelled.discard(work.number)
            work.complete(status, failure)

    async def _predict(self, work: Work) -> None:
        parameters = self._model.parameters
        if self._model.takes_files:
            arguments = await in_thread(work.arguments, parameters)
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


async def in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call it in a thread. That cannot be cancelled: whoever is waits until it has ended, so that
    it writes no file when all have been removed.
    """
    task = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        task.exception()
        raise
