"""From a type annotation to the JSON Schema of its values, in the dialect of OpenAPI 3.0
(`nullable`).

Literal and Enum become `enum`. Models and TypedDicts are spelled out where they are used.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.interface import title
from cog.schema.problem import Problem
from cog.schema.scope import Definition, External, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cog.schema.classes import Field
    from cog.schema.constant import Constants
    from cog.schema.names import Project

    Schema = dict[str, Any]
    Place = tuple[Scope, ast.expr]

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
# What predict() may return besides: cog.encoding turns it into ISO 8601.
_OUTPUTS: dict[str, Schema] = {
    "datetime.datetime": {"type": "string", "format": "date-time"},
    "datetime.date": {"type": "string", "format": "date"},
}
SUPPORTED = (
    "str, int, float, bool, list, dict, Any, Literal, an Enum, a TypedDict, or Path, File, Secret"
    " from cog"
)
UNION = "use str, int, float, bool, list or dict"
_MAX_DEPTH = 30
MAX_SIZE = 10_000


def arguments(node: ast.Subscript) -> list[ast.expr]:
    """Return what stands in the brackets of `list[…]`, `dict[…, …]`."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


class Annotations:
    """Reads the annotations of one project. `output`: for what predict() returns, where models
    are welcome.
    """

    def __init__(self, project: Project, constants: Constants, output: bool) -> None:
        self._project = project
        self._constants = constants
        self._output = output
        self._open: list[ast.AST] = []
        self._size = 0

    def read(self, scope: Scope, node: ast.expr) -> Schema:
        """Return the schema of the type; Problem when it is unknown or not supported."""
        node = scope.source.unquote(node)
        self._size += 1
        if self._size > MAX_SIZE:
            raise scope.problem(node, "type", "the types are too large in all; use dict")
        try:
            scope, meant, name = self.follow(scope, node)
            if meant in self._open or len(self._open) > _MAX_DEPTH:
                text = f"'{scope.text(meant)}' contains itself; use dict"
                raise scope.problem(meant, "type", text)
            self._open.append(meant)
            try:
                return self._read(scope, meant, name)
            finally:
                self._open.pop()
        except Unknown as unknown:
            text = f"cannot resolve type '{scope.text(node)}': {unknown}"
            raise scope.problem(node, "type", text, None if unknown.certain else text) from None

    def follow(self, scope: Scope, node: ast.expr) -> tuple[Scope, ast.expr, str | None]:
        """Return what an annotation stands for behind its aliases, and the dotted name of that,
        or of what is in front of its brackets.
        """
        for _ in range(_MAX_DEPTH):
            node = scope.source.unquote(node)
            target = node.value if isinstance(node, ast.Subscript) else node
            if not isinstance(target, ast.Name | ast.Attribute):
                return scope, node, None
            self._check_exists(scope, target)
            found = self._project.resolve(scope, target)
            if isinstance(found, External):
                return scope, node, found.name
            aliased = _aliased(found) if isinstance(found, Definition) else None
            if aliased is None:
                return scope, node, None
            if isinstance(node, ast.Subscript):
                text = f"'{scope.text(node)}' fills in an alias of this project"
                raise scope.problem(node, "type", f"{text}; write its type out", text)
            scope, node = aliased
        raise Unknown(f"'{scope.text(node)}' leads back to itself", certain=True)

    def _read(self, scope: Scope, node: ast.expr, name: str | None) -> Schema:
        if isinstance(node, ast.Subscript):
            return self._generic(scope, node, name)
        if name in _SIMPLE:
            return dict(_SIMPLE[name])
        if name in _OUTPUTS and self._output:
            return dict(_OUTPUTS[name])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union(scope, node)
        if isinstance(node, ast.Call):
            return self._called(scope, node)
        if name is None and isinstance(node, ast.Name | ast.Attribute):
            found = self._project.resolve(scope, node)
            if isinstance(found, Definition) and isinstance(found.node, ast.ClassDef):
                return self._class(scope, node, found, found.node)
        raise self._unsupported(scope, node, name)

    def _check_exists(self, scope: Scope, node: ast.expr) -> None:
        """Refuse an input's type that the worker could not find when it runs."""
        if self._output or not isinstance(node, ast.Name):
            return
        if scope.space.typing_only(node.id):
            text = f"'{node.id}' exists only for type checkers; import it when the file runs too"
            raise scope.problem(node, "type", text)

    def _unsupported(self, scope: Scope, node: ast.expr, name: str | None) -> Problem:
        text = scope.text(node)
        if name and not name.startswith(("builtins.", "typing.", "cog.")):
            why = f"cannot resolve type '{text}' imported from '{name.rpartition('.')[0]}'"
            fix = f"Annotated[{text}, cog.Opaque] takes any object as it is"
            return scope.problem(node, "type", f"{why}; {fix}", why)
        why = f"the type '{text}' is not supported"
        made = name is None and isinstance(node, ast.Call | ast.IfExp | ast.Subscript)
        return scope.problem(node, "type", f"{why}; use {SUPPORTED}", why if made else None)

    def _generic(self, scope: Scope, node: ast.Subscript, name: str | None) -> Schema:
        parts = arguments(node)
        match name, parts:
            case "builtins.list" | "typing.List", [item]:
                return {"type": "array", "items": self.read(scope, item)}
            case "builtins.dict" | "typing.Dict", [key, item]:
                return self._dict(scope, key, item)
            case "typing.Optional" | "typing.Union", _:
                return self._union(scope, node)
            case "typing.Literal", _:
                return self._literal(scope, node)
            case "typing.Annotated", [item, *metadata]:
                return self._annotated(scope, item, metadata)
        raise self._unsupported(scope, node, name)

    def _annotated(self, scope: Scope, item: ast.expr, metadata: list[ast.expr]) -> Schema:
        for extra in metadata:
            target = extra.func if isinstance(extra, ast.Call) else extra
            name = self._project.name(scope, target)
            if name == "cog.Opaque":
                return self._opaque(scope, item)
            if name == "cog.Input":
                text = "Input() belongs after the '=' of the parameter, not into Annotated"
                raise scope.problem(extra, "type", text)
        return self.read(scope, item)

    def _opaque(self, scope: Scope, item: ast.expr) -> Schema:
        """Describe objects of which nothing is known, or a list of such; the type may be one that
        cannot be read.
        """
        nullable: Schema = {}
        opaque: Schema = {"type": "object"}
        try:
            for inner, part in self._members(scope, item):
                if isinstance(part, ast.Constant) and part.value is None:
                    nullable = {"nullable": True}
                    continue
                _, _, name = self.follow(inner, part)
                if name in ("builtins.list", "typing.List"):
                    opaque = {"type": "array", "items": {"type": "object"}}
        except (Unknown, Problem):
            pass
        return opaque | nullable

    def _dict(self, scope: Scope, key: ast.expr, item: ast.expr) -> Schema:
        if self.read(scope, key) != {"type": "string"}:
            raise scope.problem(key, "type", "the keys of a dict must be str, as in JSON")
        values = self.read(scope, item)
        return {"type": "object"} | ({"additionalProperties": values} if values else {})

    def _called(self, scope: Scope, node: ast.Call) -> Schema:
        """Read NewType("Name", type) and TypedDict("Name", {…})."""
        from cog.schema import classes

        match self._project.name(scope, node.func), node.args:
            case "typing.NewType", [_, item]:
                return self.read(scope, item)
            case "typing.TypedDict", [ast.Constant(str() as name), ast.Dict(keys, values)]:
                if not self._output:
                    return {"type": "object"}
                total = [k.value for k in node.keywords if k.arg == "total"]
                required = not any(isinstance(v, ast.Constant) and not v.value for v in total)
                members = {}
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        raise self._unsupported(scope, node, None)
                    field = classes.unwrap(self._project, scope, value, required)
                    if field is not None:
                        members[self._constants.evaluate(scope, key)] = field
                return self._object(name, members)
        raise self._unsupported(scope, node, None)

    def _union(self, scope: Scope, node: ast.expr) -> Schema:
        found: list[tuple[Scope, ast.expr, Schema]] = []
        nullable = False
        for inner, part in self._members(scope, node):
            if isinstance(part, ast.Constant) and part.value is None:
                nullable = True
                continue
            schema = self.read(inner, part)
            nullable = schema.pop("nullable", False) or nullable
            if schema not in [other for _, _, other in found]:
                found.append((inner, part, schema))
        if not found:
            raise self._unsupported(scope, node, None)
        if len(found) == 1:
            result = found[0][2]
        else:
            for inner, part, schema in found:
                if not is_plain(schema):
                    text = f"'{inner.text(part)}' cannot be part of a union; {UNION}"
                    raise inner.problem(part, "type", text)
            result = {"anyOf": [schema for _, _, schema in found]}
        return result | ({"nullable": True} if nullable else {})

    def _members(self, scope: Scope, node: ast.expr, depth: int = 0) -> Iterator[Place]:
        """Return the parts of a union, and of the unions in it."""
        scope, node, name = self.follow(scope, node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Subscript) and name in ("typing.Union", "typing.Optional"):
            parts = arguments(node)
        else:
            yield scope, node
            return
        if depth > _MAX_DEPTH:
            raise scope.problem(node, "type", f"'{scope.text(node)}' contains itself; use dict")
        for part in parts:
            yield from self._members(scope, part, depth + 1)
        if name == "typing.Optional":
            yield scope, ast.Constant(None)

    def _literal(self, scope: Scope, node: ast.Subscript) -> Schema:
        values: list[Any] = []
        for inner, part in self._literals(scope, node):
            values.append(self._constants.evaluate(inner, part))
        nullable: Schema = {"nullable": True} if None in values else {}
        return self._enum(scope, node, [v for v in values if v is not None]) | nullable

    def _literals(self, scope: Scope, node: ast.Subscript, depth: int = 0) -> Iterator[Place]:
        for part in arguments(node):
            if isinstance(part, ast.Constant | ast.UnaryOp):
                yield scope, part
                continue
            found = self._project.resolve(scope, part)
            if not (isinstance(found, Definition) and isinstance(found.node, ast.Constant)):
                inner, target, name = self.follow(scope, part)
                if name == "typing.Literal" and isinstance(target, ast.Subscript) and depth < 9:
                    yield from self._literals(inner, target, depth + 1)
                    continue
            text = f"'{scope.text(part)}' is not a literal"
            raise scope.problem(part, "type", f"{text}; write the string or the number", text)

    def _enum(self, scope: Scope, node: ast.expr, values: Sequence[Any]) -> Schema:
        kinds = {type(value) for value in values}
        if kinds == {str} or kinds == {int}:
            kind = "string" if kinds == {str} else "integer"
            return {"type": kind, "enum": list(dict.fromkeys(values))}
        text = f"the values of '{scope.text(node)}' must be all strings or all integers"
        raise scope.problem(node, "type", text)

    def _class(
        self, scope: Scope, node: ast.expr, found: Definition, definition: ast.ClassDef
    ) -> Schema:
        from cog.schema import classes

        kind = classes.kind(self._project, found)
        if kind == "enum":
            members = self._constants.enumeration(found).unique()
            return self._enum(scope, node, [member.value for member in members])
        if kind is None:
            origin = classes.outside(self._project, found)
            text = f"'{definition.name}' has no fields to read; derive it from BaseModel of cog"
            why = None
            if origin is not None:
                why = f"'{definition.name}' derives from '{origin}', which cannot be read"
                text = f"{why}; use Annotated[{definition.name}, cog.Opaque]"
            raise scope.problem(node, "type", text, why)
        if kind != "dict" and not self._output:
            text = f"'{definition.name}' cannot be an input; use a TypedDict or dict"
            raise scope.problem(node, "type", text)
        if not self._output and not classes.is_strict(self._project, found):
            return {"type": "object"}
        if definition in self._open:
            raise scope.problem(node, "type", f"'{definition.name}' contains itself; use dict")
        self._open.append(definition)
        try:
            return self._object(definition.name, classes.fields(self._project, found), kind)
        finally:
            self._open.pop()

    def _object(self, name: str, members: dict[str, Field], kind: str = "dict") -> Schema:
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for key, field in members.items():
            properties[key] = {"title": title(key)} | self.read(field.scope, field.annotation)
            if field.description is not None:
                text = self._constants.evaluate(field.scope, field.description)
                if not isinstance(text, str):
                    problem = "a description must be a string"
                    raise field.scope.problem(field.description, "value", problem)
                properties[key]["description"] = text
            # What may be None in a BaseModel of cog is None where nothing else is said.
            if field.required and not (kind == "model" and properties[key].get("nullable")):
                required.append(key)
        result: Schema = {"title": name, "type": "object", "properties": properties}
        return result | ({"required": required} if required else {})


def _aliased(found: Definition) -> Place | None:
    """Return what an alias stands for; None for a class."""
    if type(found.node).__name__ == "TypeAlias":
        value = found.node.value  # type: ignore[attr-defined]
        return (found.scope, value)
    return (found.scope, found.node) if isinstance(found.node, ast.expr) else None


def is_plain(schema: Schema) -> bool:
    """Whether the values are those of JSON, with nothing to convert."""
    if schema.get("items"):
        return is_plain(schema["items"])
    if schema.get("additionalProperties"):
        return is_plain(schema["additionalProperties"])
    if "anyOf" in schema:
        return all(is_plain(part) for part in schema["anyOf"])
    return "type" in schema and "format" not in schema and "properties" not in schema
