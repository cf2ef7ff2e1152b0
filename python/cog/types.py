"""Types for the signature of predict(): Path, File, Secret, Opaque and the concatenating iterators;
URLPath and URLFile, files that are downloaded when they are first used.

In requests and answers a Path or File is a URL (data:, http: or https:), a Secret is a string.
"""

import io
import os
import pathlib
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
Type = TypeVar("Type", bound=type)
# A class of TypedDict takes no attributes of ours.
_strict: set[type] = set()


class _Field:
    """What pydantic, 1 and 2, asks a type that is that of a field of a model."""

    __slots__ = ()

    @classmethod
    def validate(cls, value: Any) -> Any:
        """Return `value` as an instance of the type."""
        return value if isinstance(value, cls) else cls(value)  # type: ignore[call-arg]

    @classmethod
    def __get_validators__(cls) -> Any:
        yield cls.validate

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls.validate)


class Path(_Field, pathlib.PosixPath):
    """A file. As an input: a private copy, removed after the prediction. As an output: its
    contents are sent.
    """


class File(_Field, io.BufferedReader):
    """A file open for reading bytes. Path is preferred: it has a name and can be read twice."""


class URLPath(pathlib.PosixPath):
    """A file that is not there yet; convert() downloads it. predict() is given a Path, never this:
    it is for models that make one themselves.
    """

    def __new__(cls, *, source: str, filename: str, fileobj: io.IOBase) -> "URLPath":
        """As for any path, with other arguments."""
        return super().__new__(cls, filename)

    def __init__(self, *, source: str, filename: str, fileobj: io.IOBase) -> None:
        if hasattr(pathlib.PurePath, "with_segments"):
            # From Python 3.12 on, paths are made here and not by __new__.
            super().__init__(filename)  # type: ignore[call-arg]
        self.source = source
        self.filename = filename
        self.fileobj = fileobj
        self._path: Path | None = None

    def with_segments(self, *segments: str | os.PathLike[str]) -> Path:
        """Return what is made from this one, as its parent: no URL (Python 3.12)."""
        return Path(*segments)

    def convert(self) -> Path:
        """Return the file, downloaded once, under a name that ends as `filename` does."""
        if self._path is None:
            # Here, because the two take longer than all of cog.
            import shutil
            import tempfile

            suffix = os.path.splitext(self.filename)[1]
            with tempfile.NamedTemporaryFile(suffix=suffix, delete=False) as file:
                self._path = Path(file.name)
                shutil.copyfileobj(self.fileobj, file)
        return self._path

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the file if it was downloaded."""
        if self._path is not None:
            self._path.unlink(missing_ok=missing_ok)

    def __str__(self) -> str:
        return self.source


class URLFile(io.IOBase):
    """An http: or https: URL as a file open for reading; nothing is fetched before it is read."""

    def __init__(self, url: str, filename: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("URLFile takes URLs that begin with http:// or https://")
        self._url = url
        self._stream: BinaryIO | None = None
        self.name = filename or os.path.basename(url.partition("?")[0]) or "file"

    def _opened(self) -> BinaryIO:
        if self._stream is None:
            from cog import url

            self._stream = url.open_url(self._url)
        return self._stream

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, or all that is left."""
        return self._opened().read(size)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readline(self, size: int | None = -1) -> bytes:
        """Return one line."""
        return self._opened().readline(-1 if size is None else size)

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._stream is not None:
            self._stream.close()
        super().close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._opened(), name)


class Secret(_Field):
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
    packages. `Annotated[list[X], Opaque]` is a list of such.
    """


def strict(cls: Type) -> Type:
    """Have the members of a TypedDict checked that is an input, and their files fetched. Without
    this it is any object: `@cog.strict`, `class Options(TypedDict): …`.
    """
    _strict.add(cls)
    return cls


def is_strict(cls: type) -> bool:
    """Whether the class is marked so itself."""
    return cls in _strict


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


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in ("ExperimentalFeatureWarning", "Input", "Weights"):
            raise AttributeError(f"module 'cog.types' has no attribute '{name}'")
        from cog import deprecated

        deprecated.warn(f"cog.types.{name}")
        globals()[name] = found = getattr(deprecated, name)
        return found
