"""From a type annotation to the JSON Schema of its values, in the dialect of OpenAPI 3.0
(`nullable`).

Literal and Enum become `enum`. Models (BaseModel, dataclass, TypedDict) of the same file are
spelled out where they are used; they are types of outputs only.
"""

import ast
from collections.abc import Sequence
from typing import Any

from cog.schema import constant
from cog.schema.problem import Problem
from cog.schema.source import Source

Schema = dict[str, Any]

_URI: Schema = {"type": "string", "format": "uri"}
_SIMPLE: dict[str, Schema] = {
    "builtins.str": {"type": "string"},
    "builtins.int": {"type": "integer"},
    "builtins.float": {"type": "number"},
    "builtins.bool": {"type": "boolean"},
    "builtins.dict": {"type": "object"},
    "typing.Dict": {"type": "object"},
    "builtins.list": {"type": "array", "items": {}},
    "typing.List": {"type": "array", "items": {}},
    "typing.Any": {},
    "cog.Path": _URI,
    "pathlib.Path": _URI,
    "cog.File": _URI,
    "cog.Secret": {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True},
}
_MODELS = ("cog.BaseModel", "pydantic.BaseModel", "typing.TypedDict")
_SUPPORTED = (
    "str, int, float, bool, list, dict, Any, Literal, an Enum, or Path, File, Secret from cog"
)


_UNION = "use str, int, float, bool, list or dict"


def title(name: str) -> str:
    """`max_size` as a person writes it: `Max Size`."""
    return name.replace("_", " ").title()


def unquote(source: Source, node: ast.expr) -> ast.expr:
    """Parse an annotation written as a string; its nodes take the place of the string."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return node
    try:
        inner = ast.parse(node.value.strip(), mode="eval").body
    except SyntaxError:
        raise source.problem(node, "type", f"'{node.value}' is not a type") from None
    for child in ast.walk(inner):
        ast.copy_location(child, node)
    return inner


def arguments(node: ast.Subscript) -> list[ast.expr]:
    """Return what stands in the brackets of `list[…]`, `dict[…, …]`."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


class Annotations:
    """Reads the annotations of one file. `models` says whether classes of fields are welcome."""

    def __init__(self, source: Source, models: bool) -> None:
        self._source = source
        self._models = models
        self._open: list[str] = []

    def read(self, node: ast.expr) -> Schema:
        """Return the schema of the type; Problem when it is unknown or not supported."""
        node = unquote(self._source, node)
        name = self._source.qualify(node)
        if name in _SIMPLE:
            return dict(_SIMPLE[name])
        match node:
            case ast.Subscript():
                return self._generic(node)
            case ast.BinOp(_, ast.BitOr(), _):
                return self._union(node, _operands(node))
            case ast.Name(local) if local in self._source.assigned:
                return self._alias(node, local)
            case ast.Name(local) if local in self._source.classes:
                return self._class(node, self._source.classes[local])
        raise self._unsupported(node)

    def _unsupported(self, node: ast.expr) -> Problem:
        name = self._source.qualify(node)
        text = ast.unparse(node)
        if name and not name.startswith(("builtins.", "typing.")):
            module = name.rpartition(".")[0]
            why = f"cannot resolve type '{text}' imported from '{module}'"
        else:
            why = f"the type '{text}' is not supported"
        return self._source.problem(node, "type", f"{why}; use {_SUPPORTED}")

    def _alias(self, node: ast.Name, name: str) -> Schema:
        values = self._source.assigned[name]
        if len(values) != 1 or values[0] is None or name in self._open:
            raise self._unsupported(node)
        self._open.append(name)
        result = self.read(values[0])
        self._open.pop()
        return result

    def _generic(self, node: ast.Subscript) -> Schema:
        name, parts = self._source.qualify(node.value), arguments(node)
        match name, parts:
            case "builtins.list" | "typing.List", [item]:
                return {"type": "array", "items": self.read(item)}
            case "builtins.dict" | "typing.Dict", [key, item]:
                return self._dict(key, item)
            case "typing.Optional", [item]:
                return self._union(node, [item, ast.copy_location(ast.Constant(None), item)])
            case "typing.Union", _:
                return self._union(node, parts)
            case "typing.Literal", _:
                return self._enum(node, [constant.evaluate(self._source, part) for part in parts])
            case "typing.Annotated", [item, *_]:
                return self.read(item)
        raise self._unsupported(node)

    def _dict(self, key: ast.expr, item: ast.expr) -> Schema:
        if self.read(key) != {"type": "string"}:
            raise self._source.problem(key, "type", "the keys of a dict must be str, as in JSON")
        values = self.read(item)
        return {"type": "object"} | ({"additionalProperties": values} if values else {})

    def _union(self, node: ast.expr, parts: Sequence[ast.expr]) -> Schema:
        given = [
            part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)
        ]
        found = [self.read(part) for part in given]
        nullable: Schema = {"nullable": True} if len(given) < len(parts) else {}
        if len(found) == 1:
            return found[0] | nullable
        for part, schema in zip(given, found, strict=True):
            if "format" in schema or "type" not in schema or "properties" in schema:
                text = f"'{ast.unparse(part)}' cannot be part of a union; {_UNION}"
                raise self._source.problem(part, "type", text)
        if not found:
            raise self._unsupported(node)
        return {"anyOf": found} | nullable

    def _enum(self, node: ast.expr, values: Sequence[Any]) -> Schema:
        kinds = {type(value) for value in values}
        if kinds == {str}:
            return {"type": "string", "enum": list(values)}
        if kinds == {int}:
            return {"type": "integer", "enum": list(values)}
        text = f"the values of '{ast.unparse(node)}' must be all strings or all integers"
        raise self._source.problem(node, "type", text)

    def _class(self, node: ast.expr, definition: ast.ClassDef) -> Schema:
        found = constant.members(self._source, definition.name)
        if found is not None:
            return self._enum(node, list(found.values()))
        if not self._is_model(definition):
            text = f"'{definition.name}' has no fields to read; derive it from BaseModel of cog"
            raise self._source.problem(node, "type", text)
        if not self._models:
            text = f"'{definition.name}' cannot be an input; use dict, or one input for each field"
            raise self._source.problem(node, "type", text)
        if definition.name in self._open:
            raise self._source.problem(
                node, "type", f"'{definition.name}' contains itself; use dict"
            )
        self._open.append(definition.name)
        properties: dict[str, Schema] = {}
        required: list[str] = []
        self._fields(definition, properties, required)
        self._open.pop()
        result: Schema = {"title": definition.name, "type": "object", "properties": properties}
        return result | ({"required": required} if required else {})

    def _is_model(self, definition: ast.ClassDef) -> bool:
        if any(self._source.qualify(base) in _MODELS for base in definition.bases):
            return True
        for decorator in definition.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._source.qualify(target) == "dataclasses.dataclass":
                return True
        return any(self._is_model(base) for base in self._local_bases(definition))

    def _local_bases(self, definition: ast.ClassDef) -> list[ast.ClassDef]:
        names = [base.id for base in definition.bases if isinstance(base, ast.Name)]
        known = self._source.classes
        return [known[name] for name in names if name in known and name != definition.name]

    def _fields(
        self, definition: ast.ClassDef, properties: dict[str, Schema], required: list[str]
    ) -> None:
        for base in self._local_bases(definition):
            self._fields(base, properties, required)
        for statement in definition.body:
            match statement:
                case ast.AnnAssign(ast.Name(name), annotation, value):
                    properties[name] = {"title": title(name)} | self.read(annotation)
                    if value is None and name not in required:
                        required.append(name)


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]
