"""cog: describe a model's predictions in Python; `cog build` makes an image that serves them.

Standard library only, and cheap to import: what only the worker or the schema reader needs is
imported there.
"""

from cog.exceptions import CancelationException
from cog.input import FieldInfo, Input
from cog.model import BaseModel
from cog.predictor import BasePredictor, BaseRunner
from cog.types import AsyncConcatenateIterator, ConcatenateIterator, File, Path, Secret
from cog.version import __version__

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
    "Path",
    "Secret",
    "__version__",
]
