"""From the parameters of predict() to the properties of the Input schema."""

from __future__ import annotations

import _ast as ast

from cog.schema import constraints
from cog.schema.annotation import Annotations
from cog.schema.constraints import ARGUMENTS, Unfit
from cog.schema.problem import Problem
from cog.schema.scope import Definition, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.annotation import Schema
    from cog.schema.constant import Constants
    from cog.schema.interface import Interface
    from cog.schema.names import Project
    from cog.schema.target import Target

    Given = dict[str, tuple[Scope, ast.expr]]

# How many functions may hand on the Input() of another.
_MAX_DEPTH = 20


class Inputs:
    """Adds the inputs of one function to an interface, and collects `problems`. `current`: as for
    cog.schema.document.read().
    """

    def __init__(
        self,
        project: Project,
        constants: Constants,
        types: Annotations,
        interface: Interface,
        current: bool,
    ) -> None:
        self._project = project
        self._constants = constants
        self._types = types
        self._interface = interface
        self._current = current
        self.problems: list[Problem] = []

    def read(self, target: Target) -> None:
        """Read all parameters, but `self`; collects problems instead of raising."""
        spec, scope = target.function.args, target.scope
        self._current = self._current or target.function.name == "run"
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
        values: dict[str, Any] = {}
        for key in given:
            if key != "default":
                self._collect(values, key, *given[key])
        if schema is None or len(values) != len(given.keys() - {"default"}):
            return
        if "default" in given and getattr(given["default"][1], "value", None) is ...:
            del given["default"]
        optional = "default" in given
        try:
            constraints.constrain(schema, values)
            if optional:
                default = self._constants.evaluate(*given["default"])
                optional = constraints.set_default(name, schema, default) or not self._current
        except Unfit as unfit:
            inner, node = given[unfit.key]
            self.problems.append(inner.problem(node, "input", str(unfit)))
        except Problem as problem:
            self.problems.append(problem)
        else:
            self._interface.add(name, order, schema, optional)

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

    def _collect(self, values: dict[str, Any], key: str, scope: Scope, node: ast.expr) -> None:
        """Add the value of an argument of Input()."""
        try:
            found = self._constants.evaluate(scope, node)
            constraints.check_kind(key, found)
            values[key] = found
        except Unfit as unfit:
            self.problems.append(scope.problem(node, "input", str(unfit), unfit.dynamic))
        except Problem as problem:
            self.problems.append(problem)
