"""Predictions one at a time, in the main thread, where signals, event loops and GPU libraries
expect to be.
"""

import queue
from collections.abc import Iterator
from typing import Any

from cog.exceptions import CancelationException
from cog.worker.interrupt import Interrupt
from cog.worker.model import Model
from cog.worker.work import Work, is_iterator


class Sequential:
    """Runs synchronous code. run() in the main thread, the others in any."""

    def __init__(self, model: Model, interrupt: Interrupt) -> None:
        self._model = model
        self._interrupt = interrupt
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def submit(self, work: Work) -> None:
        """Run it when its turn comes."""
        self._interrupt.forget()
        self._queue.put(work)

    def cancel(self, prediction: str) -> None:
        """Cancel it if it has not ended."""
        self._interrupt.request(prediction)

    def close(self) -> None:
        """Let run() end after what was submitted."""
        self._queue.put(None)

    def run(self) -> None:
        """Run what is submitted until close()."""
        while (work := self._queue.get()) is not None:
            with work.current():
                self._serve(work)

    def _serve(self, work: Work) -> None:
        status, failure = "succeeded", None
        try:
            self._predict(work)
        except CancelationException:
            status = "canceled"
        except BaseException as error:
            # Async code sees a cancellation as asyncio.CancelledError.
            status = "canceled" if self._interrupt.cancelled(work.id) else "failed"
            failure = error if status == "failed" else None
        self._interrupt.end()
        work.complete(status, failure)

    def _predict(self, work: Work) -> None:
        try:
            self._interrupt.begin(work.id, self._model.interrupt)
            output = self._model.predict(work.arguments(self._model.parameters))
            if is_iterator(output):
                self._stream(work, output)
            else:
                work.output(output)
        finally:
            self._interrupt.end()

    def _stream(self, work: Work, items: Iterator[Any]) -> None:
        work.begin_list()
        try:
            for item in items:
                work.add_output(item)
        finally:
            # A generator's own `finally` must run now, not when it happens to be collected.
            getattr(items, "close", lambda: None)()
