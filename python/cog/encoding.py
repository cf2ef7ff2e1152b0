"""From what predict() returns to JSON.

Files become data URLs; models, dataclasses, enums, dates and the arrays of numpy and its
relatives become plain JSON by what they can do, so that none of those packages is imported here.
NaN and the infinities, which JSON cannot say, become null. Anything else is a TypeError that
names the type.
"""

import base64
import enum
import math
import mimetypes
import os
import sys
from collections.abc import Mapping
from typing import Any

# Far from where JSON's own readers and writers, ours and the client's, give up.
_MAX_DEPTH = 200


def encode(value: Any, depth: int = 0) -> Any:
    """Return `value` as None, bool, int, float, str, list or dict; `depth` is how deep it is in
    another.
    """
    if isinstance(value, enum.Enum):
        return encode(value.value, depth)
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if depth > _MAX_DEPTH:
        raise ValueError(f"an output that is nested more than {_MAX_DEPTH} deep is not JSON")
    if isinstance(value, Mapping):
        return {_key(key): encode(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item, depth + 1) for item in value]
    if isinstance(value, os.PathLike):
        return _file(os.fspath(value))
    return _object(value, depth + 1)


def _object(value: Any, depth: int) -> Any:
    # Only a model that registers coders has imported it.
    module = sys.modules.get("cog.coder")
    coder = module and module.Coder.lookup(type(value))
    if coder is not None:
        return encode(coder.encode(value), depth)
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: encode(getattr(value, name), depth) for name in value.__dataclass_fields__}
    if hasattr(value, "model_dump"):
        return encode(value.model_dump(), depth)
    if hasattr(value, "__fields_set__"):
        # pydantic 1
        return encode(value.dict(), depth)
    if hasattr(value, "tolist"):
        return encode(value.tolist(), depth)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "read"):
        return _stream(value)
    raise TypeError(f"an output of type {type(value).__qualname__} cannot be turned into JSON")


def _key(key: Any) -> str:
    plain = encode(key)
    if not isinstance(plain, str | int):
        raise TypeError(
            f"an output's key of type {type(key).__qualname__} cannot be turned into JSON"
        )
    return str(plain)


def _file(path: str | bytes) -> str:
    name = os.fsdecode(path)
    with open(name, "rb") as file:
        return _data_url(file.read(), name)


def _stream(stream: Any) -> str:
    data = stream.read()
    return _data_url(
        data.encode() if isinstance(data, str) else data, str(getattr(stream, "name", ""))
    )


def _data_url(data: bytes, name: str) -> str:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
