"""From the parameters of predict() to the properties of the Input schema."""

from __future__ import annotations

import _ast as ast

from cog.schema import value
from cog.schema.annotation import Annotations, title
from cog.schema.problem import Problem
from cog.schema.scope import Definition, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.annotation import Schema
    from cog.schema.constant import Constants
    from cog.schema.names import Project
    from cog.schema.target import Target

    Given = dict[str, tuple[Scope, ast.expr]]

# How many functions may hand on the Input() of another.
_MAX_DEPTH = 20
# Input()'s arguments: the keyword that each becomes, what it may be, and the types it is about.
ARGUMENTS: dict[str, tuple[str, tuple[type, ...], tuple[str, ...]]] = {
    "description": ("description", (str,), ()),
    "ge": ("minimum", (int, float), ("integer", "number")),
    "le": ("maximum", (int, float), ("integer", "number")),
    "min_length": ("minLength", (int,), ("string",)),
    "max_length": ("maxLength", (int,), ("string",)),
    "regex": ("pattern", (str,), ("string",)),
    "choices": ("enum", (list, tuple), ("string", "integer")),
    "deprecated": ("deprecated", (bool,), ()),
    "accept": ("x-cog-accept", (str, list, tuple), ()),
}


class Inputs:
    """The inputs of one function: `properties` and `required` of Input, `enums` by name,
    `problems`. `taken` are names that no schema of choices can have.
    """

    def __init__(
        self,
        project: Project,
        constants: Constants,
        types: Annotations,
        taken: dict[str, Schema],
    ) -> None:
        self._project = project
        self._constants = constants
        self._types = types
        self._taken = taken
        self.properties: dict[str, Schema] = {}
        self.required: list[str] = []
        self.enums: dict[str, Schema] = {}
        self.problems: list[Problem] = []

    def read(self, target: Target) -> None:
        """Read all parameters, but `self`; collects problems instead of raising."""
        spec, scope = target.function.args, target.scope
        for star in (spec.vararg, spec.kwarg):
            if star is not None:
                text = f"'*{star.arg}' cannot be an input; name each input"
                self.problems.append(scope.problem(star, "signature", text))
        positional = [*spec.posonlyargs, *spec.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(spec.defaults))
        pairs = list(zip(positional, [*defaults, *spec.defaults], strict=True))
        if target.bound:
            del pairs[:1]
        pairs += zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        for order, (parameter, default) in enumerate(pairs):
            if parameter in spec.posonlyargs:
                text = f"'{parameter.arg}' must be a parameter that has a name; drop the '/'"
                self.problems.append(scope.problem(parameter, "signature", text))
            self._parameter(scope, parameter, default, order)

    def _parameter(
        self, scope: Scope, parameter: ast.arg, default: ast.expr | None, order: int
    ) -> None:
        """Read one parameter; tells what is wrong with its type and with its arguments."""
        name = parameter.arg
        schema: Schema | None = None
        given: Given = {}
        try:
            schema = self._type(scope, parameter)
        except Problem as problem:
            self.problems.append(problem)
        try:
            given = self._given(scope, default)
        except Problem as problem:
            self.problems.append(problem)
        values: Schema = {}
        for key in given:
            if key != "default":
                self._collect(values, key, *given[key])
        if schema is None or len(values) != len(given.keys() - {"default"}):
            return
        try:
            self._constrain(schema, values, given)
            self._default(name, schema, given.get("default"))
        except Problem as problem:
            self.problems.append(problem)
            return
        schema |= {"title": title(name), "x-order": order}
        self.properties[name] = self._lift_enum(name, schema)

    def _type(self, scope: Scope, parameter: ast.arg) -> Schema:
        if parameter.annotation is None:
            text = f"the input '{parameter.arg}' has no type; write '{parameter.arg}: str'"
            raise scope.problem(parameter, "type", text)
        return self._types.read(scope, parameter.annotation)

    def _given(self, scope: Scope, default: ast.expr | None) -> Given:
        """Return the arguments of Input(), or the plain default, by name."""
        if default is None:
            return {}
        found = self._input(scope, default)
        if found is None:
            return {"default": (scope, default)}
        inner, call = found
        given: Given = {}
        if call.args:
            given["default"] = (inner, call.args[0])
        for extra in call.args[1:]:
            raise inner.problem(extra, "input", "Input() takes one positional argument")
        for keyword in call.keywords:
            if keyword.arg == "default_factory":
                text = (
                    "Input() has no default_factory; write default=[], each prediction gets its own"
                )
                raise inner.problem(keyword.value, "input", text)
            if keyword.arg != "default" and keyword.arg not in ARGUMENTS:
                allowed = ", ".join(["default", *ARGUMENTS])
                text = f"Input() has no argument '{keyword.arg or '**'}'; it takes {allowed}"
                star = None if keyword.arg else "what '**' gives to Input() is not read"
                raise inner.problem(keyword.value, "input", text, star)
            given[keyword.arg] = (inner, keyword.value)
        return given

    def _input(self, scope: Scope, default: ast.expr) -> tuple[Scope, ast.Call] | None:
        """Return the call of Input() that a default is, is the name of, or is returned by, and
        where that stands; None for any other default.
        """
        for _ in range(_MAX_DEPTH):
            if isinstance(default, ast.Name | ast.Attribute):
                try:
                    found = self._project.resolve(scope, default)
                except Unknown:
                    return None
                if isinstance(found, Definition):
                    scope, default = found.scope, found.node  # type: ignore[assignment]
            if not isinstance(default, ast.Call):
                return None
            if self._project.name(scope, default.func) == "cog.Input":
                return scope, default
            entered = self._constants.enter(scope, default)
            if entered is None:
                return None
            scope, default = entered
        return None

    def _collect(self, values: Schema, key: str, scope: Scope, node: ast.expr) -> None:
        """Add the value of an argument of Input()."""
        kinds = ARGUMENTS[key][1]
        try:
            found = self._constants.evaluate(scope, node)
            wrong = isinstance(found, bool) and bool not in kinds
            if found is not None and (wrong or not isinstance(found, kinds)):
                text = f"Input({key}=…) must be {' or '.join(kind.__name__ for kind in kinds)}"
                unordered = "the order of a set changes from run to run"
                raise scope.problem(
                    node, "input", text, unordered if isinstance(found, set) else None
                )
            values[key] = found
        except Problem as problem:
            self.problems.append(problem)

    def _constrain(self, schema: Schema, values: Schema, given: Given) -> None:
        """Add the keywords of Input()'s arguments to the schema of the type."""
        keywords: Schema = {}
        for key, found in values.items():
            if found is None:
                continue
            scope, node = given[key]
            keyword, _, fits = ARGUMENTS[key]
            plain = "format" not in schema and "enum" not in schema
            if fits and not (schema.get("type") in fits and plain):
                text = f"Input({key}=…) is for {' and '.join(fits)} inputs"
                raise scope.problem(node, "input", text)
            if key in _CHECKS:
                wrong = _CHECKS[key](schema, found)
                if wrong:
                    raise scope.problem(node, "input", wrong)
            if key == "choices":
                found = list(dict.fromkeys(found))
            elif key == "accept" and not isinstance(found, str):
                found = ",".join(found)
            keywords[keyword] = found
        for low, high in (("ge", "le"), ("min_length", "max_length")):
            first, last = values.get(low), values.get(high)
            if first is not None and last is not None and first > last:
                text = f"{low}={first} is more than {high}={last}: no value is allowed"
                scope, node = given[low]
                raise scope.problem(node, "input", text)
        schema |= keywords

    def _default(self, name: str, schema: Schema, given: tuple[Scope, ast.expr] | None) -> None:
        """Add the default; an input without one is required, or null where its type allows that."""
        if given is None or (isinstance(given[1], ast.Constant) and given[1].value is ...):
            if not schema.get("nullable"):
                self.required.append(name)
            return
        default = self._constants.evaluate(*given)
        if default is None and schema.get("x-cog-secret"):
            schema["nullable"] = True
        takes_null = schema.get("nullable") or not ("type" in schema or "anyOf" in schema)
        if default is None and not takes_null:
            # It may be left out, as `seed: int = Input(default=None)`, but not be null.
            return
        wrong = value.mismatch(schema, default)
        if wrong:
            scope, node = given
            raise scope.problem(node, "input", f"the default of '{name}' {wrong}")
        schema["default"] = default

    def _lift_enum(self, name: str, schema: Schema) -> Schema:
        """Move the choices into a schema of their own, named like the input, as clients of Cog
        expect, unless a schema cannot have that name.
        """
        if "enum" not in schema or not name.isascii():
            return schema
        lifted = {
            "description": "An enumeration.",
            "enum": schema["enum"],
            "title": name,
            "type": schema["type"],
        }
        if self._taken.get(name, lifted) != lifted:
            return schema
        self.enums[name] = lifted
        rest = {key: item for key, item in schema.items() if key not in lifted}
        if "description" in schema:
            rest["description"] = schema["description"]
        return rest | {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}


def _check_regex(schema: Schema, pattern: Any) -> str | None:
    import re

    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"'{pattern}' is not a regular expression: {error}"
    return None


def _check_choices(schema: Schema, choices: Any) -> str | None:
    for choice in choices:
        wrong = value.mismatch(schema, choice)
        if wrong:
            return f"a choice {wrong}"
    return None if choices else "Input(choices=…) needs a value"


def _check_length(schema: Schema, length: Any) -> str | None:
    return None if length >= 0 else "a length cannot be negative"


def _check_accept(schema: Schema, accept: Any) -> str | None:
    while schema.get("type") == "array":
        schema = schema["items"]
    if schema.get("format") != "uri":
        return "accept is only valid on Path or File inputs"
    for item in accept.replace(" ", "").split(",") if isinstance(accept, str) else accept:
        if not isinstance(item, str) or not (item.startswith(".") or "/" in item):
            return f"accept lists types and extensions, as 'image/*' and '.png', not {item!r}"
    return None


_CHECKS = {
    "regex": _check_regex,
    "choices": _check_choices,
    "min_length": _check_length,
    "max_length": _check_length,
    "accept": _check_accept,
}
