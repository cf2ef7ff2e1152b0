"""cog: describe a model's predictions in Python; `cog build` makes an image that serves them.

Standard library only, and cheap to import: what only the worker or the schema reader needs is
imported there, and a name of this package is imported when it is first used, so that the schema
reader, which runs on every build, need not wait for what models use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.deprecated import ExperimentalFeatureWarning as ExperimentalFeatureWarning
    from cog.deprecated import emit_metric as emit_metric
    from cog.exceptions import CancelationException
    from cog.input import FieldInfo, Input
    from cog.model import BaseModel
    from cog.predictor import BasePredictor, BaseRunner, concurrent, streaming
    from cog.scope import current_scope
    from cog.types import (
        AsyncConcatenateIterator,
        ConcatenateIterator,
        File,
        Opaque,
        Path,
        Secret,
        URLFile,
        URLPath,
        strict,
    )
    from cog.version import __version__

_DEPRECATED = ("ExperimentalFeatureWarning", "emit_metric")

_MODULES = {
    "AsyncConcatenateIterator": "types",
    "BaseModel": "model",
    "BasePredictor": "predictor",
    "BaseRunner": "predictor",
    "CancelationException": "exceptions",
    "ConcatenateIterator": "types",
    "ExperimentalFeatureWarning": "deprecated",
    "FieldInfo": "input",
    "File": "types",
    "Input": "input",
    "Opaque": "types",
    "Path": "types",
    "Secret": "types",
    "URLFile": "types",
    "URLPath": "types",
    "__version__": "version",
    "concurrent": "predictor",
    "current_scope": "scope",
    "emit_metric": "deprecated",
    "streaming": "predictor",
    "strict": "types",
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
    "URLFile",
    "URLPath",
    "__version__",
    "concurrent",
    "current_scope",
    "streaming",
    "strict",
]


if not TYPE_CHECKING:
    # To a type checker it would say that there is every name.

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module 'cog' has no attribute '{name}'")
        from importlib import import_module

        module = import_module(f"cog.{_MODULES[name]}")
        if name in _DEPRECATED:
            module.warn(f"cog.{name}")
        found: object = getattr(module, name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
