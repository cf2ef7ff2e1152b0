"""The classes that a type may be: an Enum, a TypedDict, or a model (BaseModel of cog or pydantic,
dataclass), and the fields of the last two.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.names import Project
from cog.schema.scope import Definition, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BASES = {
    "enum.Enum": "enum",
    "enum.IntEnum": "enum",
    "enum.StrEnum": "enum",
    "typing.TypedDict": "dict",
    "cog.BaseModel": "model",
    "pydantic.BaseModel": "pydantic",
}
_DATACLASSES = ("dataclasses.dataclass", "pydantic.dataclasses.dataclass")
_FIELDS = ("dataclasses.field", "pydantic.Field")
_NO_FIELDS = ("typing.ClassVar", "dataclasses.InitVar", "dataclasses.KW_ONLY")
_WRAPPERS = {"typing.Required": True, "typing.NotRequired": False, "typing.ReadOnly": None}


class Field:
    """One member of an object: its type as written in `scope`, and the text about it."""

    __slots__ = ("annotation", "description", "inherited", "required", "scope")

    def __init__(self, scope: Scope, annotation: ast.expr, required: bool) -> None:
        self.scope = scope
        self.annotation = annotation
        self.required = required
        self.description: ast.expr | None = None
        # Whether a class that declares the field anew has its default, as an attribute.
        self.inherited = not required


def kind(project: Project, definition: Definition) -> str | None:
    """Return "enum", "dict", "model", "pydantic", "dataclass" or None; Unknown when a base cannot
    be read.
    """
    for owner in project.ancestry(definition):
        if isinstance(owner, Definition):
            if _is_dataclass(project, owner):
                return "dataclass"
        elif owner.name in _BASES:
            return _BASES[owner.name]
    return None


def outside(project: Project, definition: Definition) -> str | None:
    """Return the first base that comes from an installed package and is of no known kind."""
    for owner in project.ancestry(definition):
        if not isinstance(owner, Definition) and not owner.name.startswith("builtins."):
            return owner.name
    return None


def fields(project: Project, definition: Definition) -> dict[str, Field]:
    """Return the fields of a TypedDict or a model by name, those of its bases first."""
    found: dict[str, Field] = {}
    sort = kind(project, definition)
    for owner in reversed(project.ancestry(definition)):
        if not isinstance(owner, Definition):
            continue
        if sort != "dataclass" or _is_dataclass(project, owner):
            assert isinstance(owner.node, ast.ClassDef)
            scope = owner.scope.inside(owner.node)
            total = _total(owner.node)
            for name, field in _declared(project, scope, owner.node, total):
                if sort == "pydantic" and name.startswith(("_", "model_config")):
                    continue
                if sort in ("dataclass", "model") and name in found and found[name].inherited:
                    field.required, field.inherited = False, True
                found[name] = field
    return found


def is_strict(project: Project, definition: Definition) -> bool:
    """Whether a TypedDict asks for its members to be checked: @cog.strict."""
    assert isinstance(definition.node, ast.ClassDef)
    decorators = definition.node.decorator_list
    return any(project.name(definition.scope, item) == "cog.strict" for item in decorators)


def _is_dataclass(project: Project, definition: Definition) -> bool:
    assert isinstance(definition.node, ast.ClassDef)
    for decorator in definition.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if project.name(definition.scope, target) in _DATACLASSES:
            return True
    return False


def _total(node: ast.ClassDef) -> bool:
    for keyword in node.keywords:
        if keyword.arg == "total" and isinstance(keyword.value, ast.Constant):
            return bool(keyword.value.value)
    return True


def _declared(
    project: Project, scope: Scope, node: ast.ClassDef, total: bool
) -> Iterator[tuple[str, Field]]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(ast.Name(name), annotation, value):
                field = unwrap(project, scope, annotation, total and value is None)
                if field is None or not _describe(project, field, value):
                    continue
                yield name, field
            case ast.FunctionDef(name, returns=returns) if returns is not None:
                for decorator in statement.decorator_list:
                    target = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if project.name(scope, target) == "pydantic.computed_field":
                        yield name, Field(scope, returns, True)


def unwrap(project: Project, scope: Scope, annotation: ast.expr, required: bool) -> Field | None:
    """Take off what stands around the type of a field, as Required[…]; None when it is none."""
    annotation = scope.source.unquote(annotation)
    target = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = project.name(scope, target)
    if name in _NO_FIELDS:
        return None
    field = Field(scope, annotation, required)
    if not isinstance(annotation, ast.Subscript):
        return field
    if name in _WRAPPERS:
        wrapped = _WRAPPERS[name]
        wanted = required if wrapped is None else wrapped
        return unwrap(project, scope, annotation.slice, wanted)
    if name == "typing.Annotated" and isinstance(annotation.slice, ast.Tuple):
        for item in annotation.slice.elts[1:]:
            if not _describe(project, field, item, default=not required):
                return None
    return field


def _describe(
    project: Project, field: Field, value: ast.expr | None, default: bool = False
) -> bool:
    """Read field(…) or Field(…); False when it leaves the field out of the output."""
    if not isinstance(value, ast.Call):
        return True
    name = project.name(field.scope, value.func)
    if name == "cog.Input":
        text = "Input() describes the inputs of predict(), not a field; write the default alone"
        raise field.scope.problem(value, "type", text)
    if name not in _FIELDS:
        return True
    given = {keyword.arg: keyword.value for keyword in value.keywords}
    if value.args:
        given["default"] = value.args[0]
    first = given.get("default")
    missing = first is None or (isinstance(first, ast.Constant) and first.value is ...)
    field.required = missing and "default_factory" not in given and not default
    field.inherited = not missing
    field.description = given.get("description", field.description)
    excluded = given.get("exclude")
    return not (isinstance(excluded, ast.Constant) and excluded.value is True)
