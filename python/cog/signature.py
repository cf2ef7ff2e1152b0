"""The parameters of a model's predict function at run time: name, type, default and constraints
of each.

The static counterpart, from source text, is cog.schema; a test holds the two against each other.
"""

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, NamedTuple

from cog.input import FieldInfo
from cog.types import Opaque


class Parameter(NamedTuple):
    """One input of the model. `info.default` is `...` when the request must give it."""

    name: str
    type: Any
    info: FieldInfo


def plain(annotation: Any) -> Any:
    """Return a type without what its value has nothing to do with: `type` aliases, NewType and
    the notes of Annotated, but for Opaque.
    """
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            if Opaque in annotation.__metadata__:
                return annotation
            annotation = typing.get_args(annotation)[0]
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        else:
            return annotation


def is_optional(annotation: Any) -> bool:
    """Whether None is among the values of `annotation`."""
    annotation = plain(annotation)
    if typing.get_origin(annotation) is typing.Annotated:
        # Opaque.
        return is_optional(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) is typing.Literal:
        return None in typing.get_args(annotation)
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation is type(None)
    return any(is_optional(part) for part in typing.get_args(annotation))


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Read the signature of a method or function; TypeError when a parameter has no type."""
    inner = inspect.unwrap(function)
    return [_parameter(item, inner) for item in inspect.signature(function).parameters.values()]


def hint(function: Callable[..., Any], name: str) -> Any:
    """Return the type of a parameter, or of "return": alone, because that of another may exist
    only for type checkers.
    """

    def bare() -> None: ...

    # Without the defaults: Python 3.10 adds None to the type of a parameter whose default is None.
    bare.__annotations__ = {name: function.__annotations__[name]}
    scope = getattr(function, "__globals__", {})
    return typing.get_type_hints(bare, globalns=scope, include_extras=True)[name]


def _parameter(item: inspect.Parameter, function: Callable[..., Any]) -> Parameter:
    if item.name not in function.__annotations__:
        raise TypeError(f"input '{item.name}' has no type")
    annotation = hint(function, item.name)
    given = ... if item.default is inspect.Parameter.empty else item.default
    info = given if isinstance(given, FieldInfo) else FieldInfo(given)
    if info.default is ... and is_optional(annotation):
        info = info._replace(default=None)
    return Parameter(item.name, annotation, info)
