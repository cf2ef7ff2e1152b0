"""The schemas of a model as its imported module has them: what the schema reader is held to.

Written from the rules of the document and not from the reader: it asks inspect and typing, and
dataclasses or pydantic, about live objects. `python -m tests.runtime_schema predict.py:Predictor`
prints them, for a model whose packages only another environment has.
"""

import dataclasses
import datetime
import enum
import importlib
import inspect
import json
import os
import pathlib
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

import cog

Schema = dict[str, Any]
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
RESERVED = ("Input", "Output", "Status", "TrainingInput")
ITERATORS = ("Iterator", "AsyncIterator", "Iterable", "Generator", "AsyncGenerator")


def schemas(reference: str) -> dict[str, Schema]:
    """Import the model from the current folder; returns Input, Output and the choices by name."""
    file, _, name = reference.partition(":")
    target = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
    function = target
    if isinstance(target, type):
        names = [
            item for item in ("predict", "run", "train") if callable(getattr(target, item, None))
        ]
        function = inspect.getattr_static(target, names[0])
        if isinstance(function, classmethod | staticmethod):
            function = getattr(target, names[0])
        elif not isinstance(function, staticmethod):
            function = getattr(target(), names[0])
    return describe(function)


def describe(function: Callable[..., Any]) -> dict[str, Schema]:
    """Return the schemas of one function."""
    hints = typing.get_type_hints(inspect.unwrap(function), include_extras=True)
    lifted: dict[str, Schema] = {}
    properties: dict[str, Schema] = {}
    required = []
    for order, (name, parameter) in enumerate(inspect.signature(function).parameters.items()):
        schema, default = describe_input(hints[name], parameter.default)
        if default is None and schema.get("format") == "password":
            schema["nullable"] = True
        takes_null = schema.get("nullable") or not schema.keys() & {"type", "anyOf"}
        if default is not ... and (takes_null or default is not None):
            schema["default"] = json_of(default)
        elif default is ... and not schema.get("nullable"):
            required.append(name)
        schema["title"] = " ".join(word.title() for word in name.split("_"))
        schema["x-order"] = order
        if "enum" in schema and name.isascii() and name not in RESERVED:
            lifted[name] = {"title": name, "description": "An enumeration."}
            lifted[name] |= {"type": schema.pop("type"), "enum": schema.pop("enum")}
            schema["allOf"] = [{"$ref": f"#/components/schemas/{name}"}]
            del schema["title"]
        properties[name] = schema
    inputs: Schema = {"title": "Input", "type": "object", "properties": properties}
    if required:
        inputs["required"] = required
    return {"Input": inputs, "Output": describe_output(hints["return"])} | lifted


def describe_input(hint: Any, default: Any) -> tuple[Schema, Any]:
    """Return the schema of one input, and its default: ... for none."""
    schema = describe_type(hint)
    info = default if isinstance(default, cog.FieldInfo) else None
    if info is None:
        return schema, ... if default is inspect.Parameter.empty else default
    given = {
        "description": info.description,
        "minimum": info.ge,
        "maximum": info.le,
        "minLength": info.min_length,
        "maxLength": info.max_length,
        "pattern": info.regex,
        "deprecated": info.deprecated,
        "enum": None if info.choices is None else list(info.choices),
        "x-cog-accept": info.accept
        if isinstance(info.accept, str | None)
        else ",".join(info.accept),
    }
    return schema | {key: item for key, item in given.items() if item is not None}, info.default


def json_of(value: Any) -> Any:
    """Return a default as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return [json_of(item) for item in value]
    if isinstance(value, dict):
        return {key: json_of(item) for key, item in value.items()}
    return value


def describe_output(hint: Any) -> Schema:
    """Return the schema of what predict() returns."""
    while type(hint).__name__ == "TypeAliasType":
        hint = hint.__value__
    origin = typing.get_origin(hint)
    kind = getattr(origin, "__name__", "")
    if kind in ITERATORS or "ConcatenateIterator" in kind:
        items = describe_type(typing.get_args(hint)[0])
        schema: Schema = {"type": "array", "items": items, "x-cog-array-type": "iterator"}
        if kind not in ITERATORS:
            schema["x-cog-array-display"] = "concatenate"
    else:
        schema = describe_type(hint)
    return schema | {"title": "Output"}


def describe_type(hint: Any) -> Schema:
    """Return the schema of a type that was imported."""
    if hint is Any:
        return {}
    if hint in SCALARS:
        return {"type": SCALARS[hint]}
    if isinstance(hint, typing.NewType):
        return describe_type(hint.__supertype__)
    if type(hint).__name__ == "TypeAliasType":
        return describe_type(hint.__value__)
    if hint in (list, dict, typing.List, typing.Dict):  # noqa: UP006
        return {"type": "object"} if "dict" in str(hint).lower() else {"type": "array", "items": {}}
    if typing.get_origin(hint) is not None:
        return describe_generic(typing.get_origin(hint), typing.get_args(hint), hint)
    if issubclass(hint, cog.Secret):
        return {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True}
    if issubclass(hint, pathlib.PurePath | cog.File):
        return {"type": "string", "format": "uri"}
    if issubclass(hint, datetime.date):
        short = not issubclass(hint, datetime.datetime)
        return {"type": "string", "format": "date" if short else "date-time"}
    if issubclass(hint, enum.Enum):
        return describe_values([member.value for member in hint])
    return describe_class(hint)


def describe_generic(origin: Any, parts: tuple[Any, ...], hint: Any) -> Schema:
    """Return the schema of a type with brackets, or of a union."""
    if origin is typing.Annotated:
        opaque = cog.Opaque in hint.__metadata__
        return {"type": "object"} if opaque else describe_type(parts[0])
    if origin is list:
        return {"type": "array", "items": describe_type(parts[0])}
    if origin is dict:
        values = describe_type(parts[1])
        return {"type": "object"} | ({"additionalProperties": values} if values else {})
    if origin is typing.Literal:
        schema = describe_values([part for part in parts if part is not None])
        return schema | ({"nullable": True} if None in parts else {})
    assert origin in (typing.Union, types.UnionType), hint
    found: list[Schema] = []
    nullable = type(None) in parts
    for part in parts:
        if part is not type(None):
            schema = describe_type(part)
            nullable = schema.pop("nullable", False) or nullable
            for single in schema.get("anyOf", [schema]):
                if single not in found:
                    found.append(single)
    result = found[0] if len(found) == 1 else {"anyOf": found}
    return result | ({"nullable": True} if nullable else {})


def describe_values(values: list[Any]) -> Schema:
    return {"type": SCALARS[type(values[0])], "enum": values}


def describe_class(cls: Any) -> Schema:
    """Return the schema of a TypedDict, a pydantic model or a dataclass."""
    fields: dict[str, tuple[Any, bool, str | None]] = {}
    if hasattr(cls, "__required_keys__"):
        for name, hint in typing.get_type_hints(cls, include_extras=True).items():
            wanted = name in cls.__required_keys__
            while str(typing.get_origin(hint)).endswith(("Required", "ReadOnly")):
                # Python 3.11 does not see what is in a string.
                wanted = wanted and "NotRequired" not in str(typing.get_origin(hint))
                hint = typing.get_args(hint)[0]
            fields[name] = (hint, wanted, None)
    elif hasattr(cls, "model_fields"):
        hints = typing.get_type_hints(cls, include_extras=True)
        for name, field in cls.model_fields.items():
            if not field.exclude:
                fields[name] = (hints[name], field.is_required(), field.description)
        for name, field in cls.model_computed_fields.items():
            fields[name] = (field.return_type, True, None)
    else:
        hints = typing.get_type_hints(cls, include_extras=True)
        missing = dataclasses.MISSING
        for item in dataclasses.fields(cls):
            required = item.default is missing and item.default_factory is missing
            fields[item.name] = (hints[item.name], required, None)
    properties = {}
    for name, (hint, _, text) in fields.items():
        properties[name] = {"title": name.replace("_", " ").title()} | describe_type(hint)
        if text is not None:
            properties[name]["description"] = text
    names = [name for name, (_, needed, _) in fields.items() if needed]
    schema: Schema = {"title": cls.__name__, "type": "object", "properties": properties}
    return schema | ({"required": names} if names else {})


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    json.dump(schemas(sys.argv[1]), sys.stdout)
