"""From a type of an imported module to the JSON Schema of its values: what cog.schema.annotation
reads from the text, from objects.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import pathlib
import types
import typing
from typing import TYPE_CHECKING, Any

import cog
from cog.schema.annotation import MAX_SIZE, SUPPORTED, UNION, is_plain
from cog.schema.interface import title
from cog.signature import plain
from cog.types import is_strict

if TYPE_CHECKING:
    from cog.schema.annotation import Schema

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
_MAX_DEPTH = 30


class Unsupported(Exception):
    """A type that cannot be an input, or an output; the text says why."""


class Types:
    """Describes types. `output`: of what predict() returns, where models are welcome."""

    def __init__(self, output: bool) -> None:
        self._output = output
        self._open: list[Any] = []
        self._size = 0

    def describe(self, hint: Any) -> Schema:
        """Return the schema of a type."""
        hint = plain(hint)
        self._size += 1
        if self._size > MAX_SIZE:
            raise Unsupported("the types are too large in all; use dict")
        if len(self._open) > _MAX_DEPTH or any(hint is other for other in self._open):
            raise Unsupported(f"'{_name(hint)}' contains itself; use dict")
        self._open.append(hint)
        try:
            return self._describe(hint)
        finally:
            self._open.pop()

    def _describe(self, hint: Any) -> Schema:
        if hint is Any:
            return {}
        if hint in (list, typing.List):  # noqa: UP006
            return {"type": "array", "items": {}}
        if hint in (dict, typing.Dict):  # noqa: UP006
            return {"type": "object"}
        if typing.get_origin(hint) is not None:
            return self._generic(typing.get_origin(hint), typing.get_args(hint), hint)
        if hint in _SCALARS:
            return {"type": _SCALARS[hint]}
        if not isinstance(hint, type):
            raise _unsupported(hint)
        if issubclass(hint, cog.Secret):
            return {
                "type": "string",
                "format": "password",
                "writeOnly": True,
                "x-cog-secret": True,
            }
        if issubclass(hint, pathlib.PurePath | cog.File):
            return {"type": "string", "format": "uri"}
        if issubclass(hint, datetime.date) and self._output:
            short = not issubclass(hint, datetime.datetime)
            return {"type": "string", "format": "date" if short else "date-time"}
        if issubclass(hint, enum.Enum) and not issubclass(hint, enum.Flag):
            return _values(hint, [member.value for member in hint])
        return self._class(hint)

    def _generic(self, origin: Any, parts: tuple[Any, ...], hint: Any) -> Schema:
        """Describe a type with brackets, or a union."""
        if origin is typing.Annotated:
            return _opaque(parts[0])
        if origin is list:
            return {"type": "array", "items": self.describe(parts[0])}
        if origin is dict:
            if self.describe(parts[0]) != {"type": "string"}:
                raise Unsupported("the keys of a dict must be str, as in JSON")
            values = self.describe(parts[1])
            return {"type": "object"} | ({"additionalProperties": values} if values else {})
        if origin is typing.Literal:
            schema = _values(hint, [part for part in parts if part is not None])
            return schema | ({"nullable": True} if None in parts else {})
        if origin in (typing.Union, types.UnionType):
            return self._union(parts, hint)
        raise _unsupported(hint)

    def _union(self, parts: tuple[Any, ...], hint: Any) -> Schema:
        found: list[Schema] = []
        nullable = False
        for part in _members(parts):
            if part is type(None):
                nullable = True
                continue
            schema = self.describe(part)
            nullable = schema.pop("nullable", False) or nullable
            if schema not in found:
                found.append(schema)
        if not found:
            raise _unsupported(hint)
        if len(found) > 1 and not all(map(is_plain, found)):
            raise Unsupported(f"'{_name(hint)}' cannot be a union; {UNION}")
        schema = found[0] if len(found) == 1 else {"anyOf": found}
        return schema | ({"nullable": True} if nullable else {})

    def _class(self, cls: Any) -> Schema:
        """Describe a TypedDict, a model of pydantic or of cog, or a dataclass."""
        is_dict = hasattr(cls, "__required_keys__")
        if is_dict:
            fields = _of_typed_dict(cls)
        elif hasattr(cls, "model_fields"):
            fields = _of_pydantic(cls)
        elif dataclasses.is_dataclass(cls):
            fields = _of_dataclass(cls)
        else:
            raise _unsupported(cls)
        if not is_dict and not self._output:
            name = _name(cls)
            raise Unsupported(f"'{name}' cannot be an input; use a TypedDict or dict")
        if not self._output and not is_strict(cls):
            return {"type": "object"}
        properties = {}
        for name, (hint, _, text) in fields.items():
            properties[name] = {"title": title(name)} | self.describe(hint)
            if text is not None:
                properties[name]["description"] = text
        required = [name for name, (_, needed, _) in fields.items() if needed]
        schema: Schema = {"title": cls.__name__, "type": "object", "properties": properties}
        return schema | ({"required": required} if required else {})


# Of a field: its type, whether it is required, and the text about it.
_Fields = dict[str, tuple[Any, bool, str | None]]


def _hints(cls: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception as error:
        raise Unsupported(f"the fields of '{_name(cls)}' cannot be resolved: {error}") from None


def _of_typed_dict(cls: Any) -> _Fields:
    fields: _Fields = {}
    for name, hint in _hints(cls).items():
        required = name in cls.__required_keys__
        while str(typing.get_origin(hint)).endswith(("Required", "ReadOnly")):
            # Python 3.11 does not see what is in a string.
            required = required and "NotRequired" not in str(typing.get_origin(hint))
            hint = typing.get_args(hint)[0]
        fields[name] = (hint, required, None)
    return fields


def _of_pydantic(cls: Any) -> _Fields:
    hints = _hints(cls)
    fields: _Fields = {
        name: (hints[name], field.is_required(), field.description)
        for name, field in cls.model_fields.items()
        if not field.exclude
    }
    for name, field in cls.model_computed_fields.items():
        fields[name] = (field.return_type, True, None)
    return fields


def _of_dataclass(cls: Any) -> _Fields:
    hints, missing = _hints(cls), dataclasses.MISSING
    return {
        item.name: (
            hints[item.name],
            item.default is missing and item.default_factory is missing,
            None,
        )
        for item in dataclasses.fields(cls)
    }


def _members(parts: tuple[Any, ...]) -> list[Any]:
    """Return the parts of a union, and of the unions behind aliases in it."""
    found = []
    for part in parts:
        part = plain(part)
        if typing.get_origin(part) in (typing.Union, types.UnionType):
            found += _members(typing.get_args(part))
        else:
            found.append(part)
    return found


def _values(hint: Any, values: list[Any]) -> Schema:
    """Describe the values of a Literal or an Enum."""
    kinds = {type(value) for value in values}
    if kinds not in ({str}, {int}):
        raise Unsupported(f"the values of '{_name(hint)}' must be all strings or all integers")
    return {"type": _SCALARS[kinds.pop()], "enum": list(dict.fromkeys(values))}


def _opaque(hint: Any) -> Schema:
    """Describe what is marked as Opaque: an object, or a list of objects."""
    members = _members((hint,))
    lists = any((typing.get_origin(part) or part) is list for part in members)
    opaque: Schema = {"type": "array", "items": {"type": "object"}} if lists else {"type": "object"}
    return opaque | ({"nullable": True} if type(None) in members else {})


def _name(hint: Any) -> str:
    return hint.__qualname__ if isinstance(hint, type) else str(hint).replace("typing.", "")


def _unsupported(hint: Any) -> Unsupported:
    return Unsupported(f"the type '{_name(hint)}' is not supported; use {SUPPORTED}")
