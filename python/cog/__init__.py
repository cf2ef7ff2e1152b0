"""cog: describe a model's predictions in Python; `cog build` makes an image that serves them.

Standard library only, and cheap to import: what only the worker or the schema reader needs is
imported there, and a name of this package is imported when it is first used, so that the schema
reader, which runs on every build, need not wait for what models use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.exceptions import CancelationException
    from cog.input import FieldInfo, Input
    from cog.model import BaseModel
    from cog.predictor import BasePredictor, BaseRunner, concurrent, streaming
    from cog.types import (
        AsyncConcatenateIterator,
        ConcatenateIterator,
        File,
        Opaque,
        Path,
        Secret,
    )
    from cog.version import __version__

_MODULES = {
    "AsyncConcatenateIterator": "types",
    "BaseModel": "model",
    "BasePredictor": "predictor",
    "BaseRunner": "predictor",
    "CancelationException": "exceptions",
    "ConcatenateIterator": "types",
    "FieldInfo": "input",
    "File": "types",
    "Input": "input",
    "Opaque": "types",
    "Path": "types",
    "Secret": "types",
    "__version__": "version",
    "concurrent": "predictor",
    "streaming": "predictor",
}

__all__ = [
    "AsyncConcatenateIterator",
    "BaseModel",
    "BasePredictor",
    "BaseRunner",
    "CancelationException",
    "ConcatenateIterator",
    "FieldInfo",
    "File",
    "Input",
    "Opaque",
    "Path",
    "Secret",
    "__version__",
    "concurrent",
    "streaming",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'cog' has no attribute '{name}'")
    from importlib import import_module

    found: object = getattr(import_module(f"cog.{_MODULES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
