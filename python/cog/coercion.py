"""From the JSON of a request to the arguments of predict().

Nothing is guessed: a string stays a string, true is not 1, only an integer is taken for a float.
All wrong inputs of a request are reported together, each with its name. The server has checked
the request against the OpenAPI document before; this is the same rule where the types are really
known.
"""

import enum
import os
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cog import url
from cog.input import FieldInfo
from cog.signature import Parameter, plain
from cog.types import File, Path, Secret, is_strict

_SCALARS: dict[Any, tuple[Any, str]] = {
    str: (str, "a string"),
    int: (int, "an integer"),
    float: ((int, float), "a number"),
    bool: (bool, "true or false"),
}


class InputError(ValueError):
    """One or more inputs are wrong; the text names each."""


class _Files(NamedTuple):
    """Where the files of a value go, and what brings them there."""

    folder: str
    save: Callable[[str, str], str]

    def below(self, name: str) -> "_Files":
        """Those of one of its members."""
        return self._replace(folder=os.path.join(self.folder, name))

    def path(self, value: Any) -> str:
        """Return the path of the file that `value` is the URL of."""
        return self.save(_string(value, "a URL"), self.folder)


class _Mismatch(ValueError):
    """A value is not of the type; the text completes `input 'x': …`."""


def arguments(
    parameters: Sequence[Parameter], values: Mapping[str, Any], folder: str
) -> dict[str, Any]:
    """Turn `values` into keyword arguments; files are written below `folder`. InputError when any
    is wrong.
    """
    result: dict[str, Any] = {}
    errors: list[str] = []
    for parameter in parameters:
        try:
            result[parameter.name] = _argument(parameter, values, folder)
        except (_Mismatch, url.FetchError) as error:
            errors.append(f"input '{parameter.name}': {error}")
    if errors:
        raise InputError("; ".join(errors))
    return result


def _argument(parameter: Parameter, values: Mapping[str, Any], folder: str) -> Any:
    info = parameter.info
    # A URL that is the default is the model's own, and may be anywhere.
    given = parameter.name in values
    value = values[parameter.name] if given else info.default
    if value is ...:
        raise _Mismatch("is required")
    if (value is None and info.default is None) or isinstance(value, enum.Enum):
        return value
    files = _Files(os.path.join(folder, parameter.name), url.take if given else url.save)
    value = _convert(value, parameter.type, files)
    if value is not None:
        _check(value, info)
    return value


def _convert(value: Any, annotation: Any, files: _Files) -> Any:
    """`value` as an instance of `annotation`; _Mismatch when it is not one."""
    annotation = plain(annotation)
    if annotation is Any or annotation is object:
        return value
    if annotation in _SCALARS:
        return _scalar(value, annotation)
    if _is_class(annotation, os.PathLike):
        return Path(files.path(value))
    if annotation is File:
        return File(open(files.path(value), "rb", buffering=0))
    if annotation is Secret:
        return Secret(_string(value, "a string"))
    if _is_class(annotation, enum.Enum):
        return _member(value, annotation)
    return _composite(value, annotation, files)


def _is_class(annotation: Any, base: type) -> bool:
    # In Python 3.10 list[int] says that it is a type, and then that it is no class.
    plain = typing.get_origin(annotation) is None and isinstance(annotation, type)
    return plain and issubclass(annotation, base)


def _composite(value: Any, annotation: Any, files: _Files) -> Any:
    origin = typing.get_origin(annotation) or annotation
    parts = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _opaque(value, parts[0], files)
    if origin is Literal:
        return _literal(value, parts)
    if origin in (typing.Union, types.UnionType):
        return _union(value, parts, files)
    if origin is list:
        return _list(value, parts[0] if parts else Any, files)
    if origin is dict:
        return _dict(value, parts[1] if parts else Any, files)
    if hasattr(annotation, "__required_keys__"):
        if is_strict(annotation):
            return _typed_dict(value, annotation, files)
        return _dict(value, Any, files)
    return _coded(value, annotation)


def _coded(value: Any, annotation: Any) -> Any:
    """Ask the coders that the model has registered (cog.coder)."""
    module = sys.modules.get("cog.coder")
    coder = module and module.Coder.lookup(annotation)
    if coder is None:
        raise _Mismatch(f"the type {annotation!r} is not supported")
    if not isinstance(value, dict):
        raise _Mismatch("must be an object")
    return coder.decode(value)


def _scalar(value: Any, annotation: Any) -> Any:
    accepted, name = _SCALARS[annotation]
    if not isinstance(value, accepted) or (isinstance(value, bool) and annotation is not bool):
        raise _Mismatch(f"must be {name}")
    return float(value) if annotation is float else value


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _Mismatch(f"must be {name}")
    return value


def _member(value: Any, annotation: type[enum.Enum]) -> enum.Enum:
    for member in annotation:
        if _same(member.value, value):
            return member
    raise _Mismatch(f"must be one of {[member.value for member in annotation]}")


def _literal(value: Any, allowed: Sequence[Any]) -> Any:
    if not any(_same(item, value) for item in allowed):
        raise _Mismatch(f"must be one of {list(allowed)}")
    return value


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _union(value: Any, members: Sequence[Any], files: _Files) -> Any:
    if value is None and type(None) in members:
        return None
    errors = []
    # What JSON has: 1 is an integer for `float | int`, too.
    for member in sorted(members, key=lambda member: plain(member) is not type(value)):
        if member is type(None):
            continue
        try:
            return _convert(value, member, files)
        except _Mismatch as error:
            errors.append(str(error))
    raise _Mismatch(" or ".join(errors))


def _list(value: Any, item: Any, files: _Files) -> list[Any]:
    if not isinstance(value, list):
        raise _Mismatch("must be a list")
    result = []
    for index, element in enumerate(value):
        try:
            result.append(_convert(element, item, files.below(str(index))))
        except _Mismatch as error:
            raise _Mismatch(f"item {index}: {error}") from None
    return result


def _dict(value: Any, item: Any, files: _Files) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Mismatch("must be an object")
    return {key: _convert(element, item, files) for key, element in value.items()}


def _opaque(value: Any, annotation: Any, files: _Files) -> Any:
    """Take an object, or a list of objects, as it is."""
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    members = [plain(part) for part in (typing.get_args(annotation) if union else [annotation])]
    if value is None and type(None) in members:
        return None
    lists = [part for part in members if (typing.get_origin(part) or part) is list]
    return _list(value, dict, files) if lists else _dict(value, Any, files)


def _typed_dict(value: Any, annotation: Any, files: _Files) -> dict[str, Any]:
    """Members that the type does not have pass as they are, as in Python."""
    result = _dict(value, Any, files)
    for name, hint in typing.get_type_hints(annotation, include_extras=True).items():
        wrapper, member = _unwrap(hint)
        if name in result:
            try:
                result[name] = _convert(result[name], member, files.below(name))
            except _Mismatch as error:
                raise _Mismatch(f"member '{name}': {error}") from None
        # Python 3.11 does not see the NotRequired of an annotation that is a string.
        elif name in annotation.__required_keys__ and wrapper != "NotRequired":
            raise _Mismatch(f"has no member '{name}'")
    return result


def _unwrap(hint: Any) -> tuple[str, Any]:
    """Return the name of what stands around a type, as NotRequired[…], and the type."""
    name = str(typing.get_origin(hint)).rpartition(".")[2]
    if name in ("Required", "NotRequired", "ReadOnly"):
        inner, member = _unwrap(typing.get_args(hint)[0])
        return inner or name, member
    return "", hint


def _check(value: Any, info: FieldInfo) -> None:
    """Apply the constraints of Input(); _Mismatch names the first that is broken."""
    if info.ge is not None and value < info.ge:
        raise _Mismatch(f"must be at least {info.ge}")
    if info.le is not None and value > info.le:
        raise _Mismatch(f"must be at most {info.le}")
    if info.min_length is not None and len(value) < info.min_length:
        raise _Mismatch(f"must have at least {info.min_length} characters")
    if info.max_length is not None and len(value) > info.max_length:
        raise _Mismatch(f"must have at most {info.max_length} characters")
    if info.regex is not None and re.search(info.regex, value) is None:
        raise _Mismatch(f"must match {info.regex}")
    if info.choices is not None and not any(_same(choice, value) for choice in info.choices):
        raise _Mismatch(f"must be one of {list(info.choices)}")
