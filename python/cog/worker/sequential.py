"""Predictions one at a time, in the main thread, where signals, event loops and GPU libraries
expect to be.
"""

from collections.abc import Callable, Iterator
from typing import Any

from cog.exceptions import CancelationException
from cog.worker.channel import Receiver
from cog.worker.interrupt import Interrupt
from cog.worker.model import Model
from cog.worker.work import Work, is_iterator


class Sequential:
    """Runs synchronous code. run() in the main thread, cancel() in any."""

    def __init__(self, model: Model, interrupt: Interrupt) -> None:
        self._model = model
        self._interrupt = interrupt

    def cancel(self, prediction: int) -> None:
        """Cancel it if it has not ended."""
        self._interrupt.request(prediction)

    def run(self, receiver: Receiver, work: Callable[[dict[str, Any]], Work]) -> None:
        """Run what comes until there is no more."""
        while (messages := receiver.receive()) is not None:
            for message in messages:
                self._serve(work(message))

    def _serve(self, work: Work) -> None:
        status, failure = "succeeded", None
        with work.current():
            try:
                self._predict(work)
            except CancelationException:
                status = "canceled"
            except BaseException as error:
                # Async code sees a cancellation as asyncio.CancelledError.
                status = "canceled" if self._interrupt.cancelled(work.number) else "failed"
                failure = error if status == "failed" else None
            self._interrupt.end()
            work.complete(status, failure)

    def _predict(self, work: Work) -> None:
        try:
            self._interrupt.begin(work.number, self._model.interrupt)
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
