"""Types for the signature of predict(): Path, File, Secret, Opaque and the concatenating iterators.

In requests and answers a Path or File is a URL (data:, http: or https:), a Secret is a string.
"""

import io
import pathlib
from typing import TYPE_CHECKING, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Path(pathlib.PosixPath):
    """A file. As an input: a private copy, removed after the prediction. As an output: its
    contents are sent.
    """


class File(io.BufferedReader):
    """A file open for reading bytes. Path is preferred: it has a name and can be read twice."""


class Secret:
    """A string that does not show itself in logs, tracebacks or outputs."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Return the string itself."""
        return self._value

    def __str__(self) -> str:
        return "**********" if self._value else ""

    def __repr__(self) -> str:
        return f"Secret('{self}')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))


class Opaque:
    """`Annotated[X, Opaque]` is any JSON object, taken and given as it is: for types of installed
    packages.
    """


if TYPE_CHECKING:
    # A generator function may only be annotated with a supertype of Generator, so for type
    # checkers these are the plain iterators.
    from collections.abc import AsyncIterator, Iterator

    ConcatenateIterator = Iterator
    AsyncConcatenateIterator = AsyncIterator
else:

    class ConcatenateIterator(Generic[T_co]):
        """What predict() yields are pieces of one text."""

    class AsyncConcatenateIterator(Generic[T_co]):
        """What an async predict() yields are pieces of one text."""
