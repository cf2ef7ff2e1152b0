"""Finds the user's model, `predict.py:Predictor` or `predict.py:function`, and calls it.

Paths are relative to the current directory, which is also where the project's own imports are
looked up. Async setup and predict run on one event loop that lives as long as the worker.
"""

import functools
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from cog import signature
from cog.worker import weights

if TYPE_CHECKING:
    import asyncio

# What a reference without a name stands for: the first of these that the file has.
_NAMES = ("Runner", "Predictor")


class Model:
    """The loaded model; errors of the user's code pass through as they are."""

    def __init__(self, reference: str, training: bool = False) -> None:
        target = find(reference)
        self._instance = target() if isinstance(target, type) else None
        self._predict = target if self._instance is None else _method(self._instance, training)
        self.parameters = signature.parameters(self._predict)
        self.takes_files = any(
            signature.plain(parameter.type) not in (str, int, float, bool)
            for parameter in self.parameters
        )
        # One training at a time: the limit is that of predictions.
        self.concurrency = 1 if training else _limit(self._predict)
        self.is_async = _is_async(self._predict)
        if self.concurrency > 1 and not self.is_async:
            # A decorator's plain function may return what the async one returned.
            self.is_async = _is_async(inspect.unwrap(self._predict))
            if not self.is_async:
                name = getattr(self._predict, "__name__", reference)
                raise TypeError(f"{name} must be async to run {self.concurrency} times at once")
        self.has_healthcheck = callable(getattr(self._instance, "healthcheck", None))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    def loop(self) -> "asyncio.AbstractEventLoop":
        """Return the event loop of the main thread."""
        if self._loop is None:
            # Half of what a worker imports, so only for those who need it.
            import asyncio

            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop

    def setup(self, folder: str) -> None:
        """Prepare the model, if it has a method for that; weights that are a URL go to `folder`."""
        setup = getattr(self._instance, "setup", None)
        if setup is not None:
            self._finish(setup(**weights.arguments(setup, folder)))

    def healthcheck(self) -> bool:
        """Ask the user's health check, from a thread that is not the main one."""
        result = self._instance.healthcheck()  # type: ignore[union-attr]
        if inspect.isawaitable(result):
            import asyncio

            async def wait() -> Any:
                return await result

            if self.is_async:
                return bool(asyncio.run_coroutine_threadsafe(wait(), self.loop()).result())
            return bool(asyncio.run(wait()))
        return bool(result)

    def call(self, arguments: dict[str, Any]) -> Any:
        """Begin one prediction of an async model; returns what is to be awaited or iterated."""
        return self._predict(**arguments)

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

        loop = self.loop()
        self._task = loop.create_task(step())
        try:
            return loop.run_until_complete(self._task)
        finally:
            self._task = None


def find(reference: str) -> Any:
    """Import the file and return what the reference names: a class, or a function."""
    file, separator, name = reference.rpartition(":")
    if not separator:
        file, name = reference, ""
    if not file.endswith(".py"):
        raise ValueError(f"'{reference}' is not of the form predict.py:Predictor")
    module = _load(file)
    names = [name] if name else [item for item in _NAMES if hasattr(module, item)]
    if not names:
        raise AttributeError(f"{file} has neither Runner nor Predictor")
    return getattr(module, names[0])


def _limit(function: Callable[..., Any]) -> int:
    """How many may run at once: by the environment, or else by @concurrent."""
    text = os.environ.get("COG_MAX_CONCURRENCY")
    try:
        limit: int = int(text) if text else getattr(function, "__cog_concurrent__", 1)
    except ValueError:
        limit = 0
    if limit < 1:
        raise ValueError(f"COG_MAX_CONCURRENCY must be a number, 1 or more: {text}")
    return limit


def _is_async(function: Callable[..., Any]) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function):
        function = getattr(function, "__call__", function)  # noqa: B004 - it is asked for its kind
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


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


def _method(instance: Any, training: bool) -> Callable[..., Any]:
    names = ("train",) if training else ("predict", "run")
    found = [name for name in names if callable(getattr(instance, name, None))]
    if len(found) != 1:
        kind = type(instance).__name__
        raise TypeError(f"{kind} must have one method named {' or '.join(names)}")
    method: Callable[..., Any] = getattr(instance, found[0])
    return method
