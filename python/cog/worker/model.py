"""Finds the user's model, `predict.py:Predictor` or `predict.py:function`, and calls it.

Paths are relative to the current directory, which is also where the project's own imports are
looked up. Async setup and predict run on one event loop that lives as long as the worker.
"""

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from cog import signature

if TYPE_CHECKING:
    import asyncio


class Model:
    """The loaded model; errors of the user's code pass through as they are."""

    def __init__(self, reference: str) -> None:
        file, separator, name = reference.rpartition(":")
        if not separator or not file.endswith(".py"):
            raise ValueError(f"'{reference}' is not of the form predict.py:Predictor")
        target = getattr(_load(file), name)
        self._setup: Callable[[], Any] | None = None
        self._predict: Callable[..., Any] = target
        if isinstance(target, type):
            instance = target()
            self._setup = getattr(instance, "setup", None)
            self._predict = _method(instance)
        self.parameters = signature.parameters(self._predict)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    def setup(self) -> None:
        """Prepare the model, if it has a method for that."""
        if self._setup is not None:
            self._finish(self._setup())

    def predict(self, arguments: dict[str, Any]) -> Any:
        """Run one prediction; returns its output, or a sync iterator over its outputs."""
        return self._finish(self._predict(**arguments))

    def interrupt(self) -> bool:
        """Cancel the coroutine that is running, from a signal handler; False when the code is
        synchronous.
        """
        if self._task is None or self._loop is None:
            return False
        self._loop.call_soon_threadsafe(self._task.cancel)
        return True

    def _finish(self, result: Any) -> Any:
        if inspect.isasyncgen(result):
            return self._items(result)
        return self._wait(result) if inspect.isawaitable(result) else result

    def _items(self, source: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self._wait(anext(source))
            except StopAsyncIteration:
                return

    def _wait(self, awaitable: Any) -> Any:
        async def step() -> Any:
            return await awaitable

        if self._loop is None:
            # Half of what a worker imports, so only for those who need it.
            import asyncio

            self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(step())
        try:
            return self._loop.run_until_complete(self._task)
        finally:
            self._task = None


def _load(file: str) -> Any:
    name = os.path.splitext(os.path.basename(file))[0]
    folders = os.path.normpath(file).split(os.sep)[:-1]
    marks = [os.path.join(*folders[: i + 1], "__init__.py") for i in range(len(folders))]
    if marks and all(os.path.isfile(mark) for mark in marks):
        # Part of a package: its relative imports need to know.
        return importlib.import_module(".".join([*folders, name]))
    # pickle and multiprocessing look a class up by its module's name.
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _method(instance: Any) -> Callable[..., Any]:
    found = [name for name in ("predict", "run") if callable(getattr(instance, name, None))]
    if len(found) != 1:
        raise TypeError(f"{type(instance).__name__} must have one method named predict or run")
    method: Callable[..., Any] = getattr(instance, found[0])
    return method
