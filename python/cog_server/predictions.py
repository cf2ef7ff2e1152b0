"""All predictions that the server knows: those that wait, run, or ended lately.

A prediction takes one of the model's slots from the fetching of its input files to its end. When
none is free it waits if there is a queue (COG_QUEUE) with room, and is refused otherwise. Of those
that ended, the answers are kept: COG_KEPT_PREDICTIONS of them, and COG_KEPT_BYTES of bytes.
"""

import asyncio
import os
import shutil
import tempfile
from collections import OrderedDict
from functools import partial
from typing import Any

from cog_server.fetch import Fetcher, FetchError
from cog_server.metrics import Metrics
from cog_server.model import Model, State, Unavailable
from cog_server.payload import Payload
from cog_server.prediction import Prediction
from cog_server.schema import Place
from cog_server.settings import Settings

_SERVING = (State.READY, State.BUSY)


class Predictions:
    """Hands predictions to the model, and their answers to whoever asks later."""

    def __init__(self, model: Model, fetcher: Fetcher, settings: Settings) -> None:
        self._model = model
        self._fetcher = fetcher
        self._settings = settings
        self._live: dict[str, Prediction] = {}
        self._waiting: OrderedDict[str, tuple[Prediction, list[Place]]] = OrderedDict()
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._kept: OrderedDict[str, Payload] = OrderedDict()
        self._kept_bytes = 0
        self._draining = False
        self.metrics = Metrics()
        model.on_state.append(self._on_state)

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """How many slots are taken."""
        return self._model.running + len(self._fetching)

    def live(self, identifier: str) -> Prediction | None:
        """Return the prediction of that id unless it has ended."""
        return self._live.get(identifier)

    def answer(self, identifier: str) -> Payload | None:
        """Return the answer of a prediction that is live or kept."""
        prediction = self._live.get(identifier)
        return prediction.body() if prediction else self._kept.get(identifier)

    def submit(self, prediction: Prediction, urls: list[Place]) -> None:
        """Start a prediction or let it wait; Unavailable. `urls` are the places of its inputs that
        are to be fetched.
        """
        if self._draining:
            raise Unavailable("the server is shutting down", busy=False)
        if self._model.state not in _SERVING:
            text = f"the model is not ready: {self._model.state.value}"
            raise Unavailable(text, busy=False)
        if prediction.id in self._live:
            raise Unavailable(f"prediction {prediction.id} is already running", busy=True)
        full = self.busy >= self._model.concurrency or bool(self._waiting)
        if full and len(self._waiting) >= self._settings.queue:
            text = "a prediction is already running"
            if self._model.concurrency > 1:
                text = f"{self.busy} predictions are already running"
            raise Unavailable(text, busy=True)
        prediction.listeners.append(lambda name, data: self._on_event(prediction, name))
        self._live[prediction.id] = prediction
        self._waiting[prediction.id] = (prediction, urls)
        self._advance()

    def _advance(self) -> None:
        """Start what waits, as long as there are free slots."""
        while (
            self._waiting
            and self._model.state is State.READY
            and self.busy < self._model.concurrency
        ):
            _, (prediction, urls) = self._waiting.popitem(last=False)
            if urls:
                task = asyncio.create_task(self._fetch(prediction, urls))
                self._fetching[prediction.id] = task
                task.add_done_callback(partial(self._on_fetched, prediction))
            else:
                self._start(prediction)

    def _start(self, prediction: Prediction) -> None:
        try:
            self._model.predict(prediction)
        except Unavailable as error:
            prediction.finish("failed", str(error), {})

    async def _fetch(self, prediction: Prediction, urls: list[Place]) -> None:
        """Replace the URLs of inputs by files of the server."""
        folder = tempfile.mkdtemp(prefix="cog-inputs-")
        prediction.listeners.append(lambda name, data: _remove(folder, name))
        for number, (container, key) in enumerate(urls):
            url = container[key]
            try:
                path = await self._fetcher.fetch(url, os.path.join(folder, str(number)))
            except FetchError as error:
                raise FetchError(f"input {key!r} cannot be fetched: {error}") from None
            container[key] = f"file://{path}"

    def _on_fetched(self, prediction: Prediction, task: "asyncio.Task[None]") -> None:
        del self._fetching[prediction.id]
        if task.cancelled():
            prediction.finish("canceled", None, {})
        elif (error := task.exception()) is not None:
            prediction.finish("failed", str(error), {})
        else:
            self._start(prediction)

    def cancel(self, identifier: str) -> bool:
        """Cancel a prediction; False when there is none of that id that has not ended."""
        if identifier not in self._live:
            return False
        if identifier in self._waiting:
            prediction, _ = self._waiting.pop(identifier)
            prediction.finish("canceled", None, {})
        elif identifier in self._fetching:
            self._fetching[identifier].cancel()
        else:
            self._model.cancel(identifier)
        return True

    def _on_event(self, prediction: Prediction, name: str) -> None:
        if name == "completed":
            del self._live[prediction.id]
            self.metrics.count(prediction)
            self._keep(prediction)
            self._advance()

    def _keep(self, prediction: Prediction) -> None:
        body = prediction.body()
        self._kept_bytes -= len(self._kept.pop(prediction.id, Payload()))
        self._kept[prediction.id] = body
        self._kept_bytes += len(body)
        limits = self._settings
        while self._kept and (
            len(self._kept) > limits.kept_predictions or self._kept_bytes > limits.kept_bytes
        ):
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def _on_state(self, state: State) -> None:
        """Follow the model's state (cog_server.model): start what waits or, when there will be no
        worker any more, fail it.
        """
        if state is State.READY:
            self._advance()
        elif state in (State.SETUP_FAILED, State.DEFUNCT):
            self._end_waiting("failed", f"the model is not ready: {state.value}")

    def _end_waiting(self, status: str, error: str) -> None:
        while self._waiting:
            _, (prediction, _) = self._waiting.popitem(last=False)
            prediction.finish(status, error, {})

    async def drain(self, seconds: float) -> None:
        """Take no more and let those that are live end, so long; what has not started is failed
        then.
        """
        self._draining = True
        ends: list[Any] = [asyncio.create_task(item.done.wait()) for item in self._live.values()]
        if ends:
            _, late = await asyncio.wait(ends, timeout=seconds)
            for task in late:
                task.cancel()
        self._end_waiting("failed", "the server is shutting down")
        for task in list(self._fetching.values()):
            task.cancel()


def _remove(folder: str, event: str) -> None:
    if event == "completed":
        shutil.rmtree(folder, ignore_errors=True)
