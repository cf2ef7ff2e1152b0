"""Async predictions behind decorators whose functions are not async."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import cog


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        print("traced")
        return function(*args, **kwargs)

    return wrapper


def blocking(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return asyncio.run(function(*args, **kwargs))

    return wrapper


class Traced:
    @traced
    async def predict(self, marker: str = "") -> str:
        await asyncio.sleep(600 if marker else 0)
        return "done"


class Concurrent:
    @cog.concurrent(max=2)
    @traced
    async def predict(self, marker: str = "") -> str:
        await asyncio.sleep(600 if marker else 0)
        return "done"


class Items:
    @traced
    async def predict(self, marker: str = "") -> AsyncIterator[str]:
        yield "done"
        await asyncio.sleep(600 if marker else 0)


class Blocking:
    @blocking
    async def predict(self, marker: str = "") -> str:
        await asyncio.sleep(600 if marker else 0)
        return "done"


class Lazy:
    async def predict(self, marker: str = "") -> Iterator[str]:
        await asyncio.sleep(600 if marker else 0)
        return iter(["done"])
