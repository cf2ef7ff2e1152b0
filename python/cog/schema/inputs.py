"""From the parameters of predict() to the properties of the Input schema."""

import ast
import re
from typing import Any

from cog.schema import constant, value
from cog.schema.annotation import Annotations, Schema, title
from cog.schema.problem import Problem
from cog.schema.source import Source

_KEYWORDS = {
    "description": "description",
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "regex": "pattern",
    "deprecated": "deprecated",
}
# Which of Input()'s arguments say something about which JSON types.
_FITS = {
    "ge": ("integer", "number"),
    "le": ("integer", "number"),
    "min_length": ("string",),
    "max_length": ("string",),
    "regex": ("string",),
    "choices": ("string", "integer"),
}
_KINDS: dict[str, tuple[type, ...]] = {
    "description": (str,),
    "ge": (int, float),
    "le": (int, float),
    "min_length": (int,),
    "max_length": (int,),
    "regex": (str,),
    "deprecated": (bool,),
    "choices": (list,),
}


class Inputs:
    """The inputs of one predict function: `properties` and `required` of Input, `enums` by name,
    `problems`.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._types = Annotations(source, models=False)
        self.properties: dict[str, Schema] = {}
        self.required: list[str] = []
        self.enums: dict[str, Schema] = {}
        self.problems: list[Problem] = []

    def read(self, function: ast.FunctionDef | ast.AsyncFunctionDef, method: bool) -> None:
        """Read all parameters, but `self`; collects problems instead of raising."""
        spec = function.args
        for star in (spec.vararg, spec.kwarg):
            if star is not None:
                text = f"'*{star.arg}' cannot be an input; name each input"
                self.problems.append(self._source.problem(star, "signature", text))
        positional = [*spec.posonlyargs, *spec.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(spec.defaults))
        pairs = list(zip(positional, [*defaults, *spec.defaults], strict=True))
        if method:
            del pairs[:1]
        pairs += zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        for order, (parameter, default) in enumerate(pairs):
            if parameter in spec.posonlyargs:
                text = f"'{parameter.arg}' must be a parameter that has a name; drop the '/'"
                self.problems.append(self._source.problem(parameter, "signature", text))
            try:
                self._parameter(parameter, default, order)
            except Problem as problem:
                self.problems.append(problem)

    def _parameter(self, parameter: ast.arg, default: ast.expr | None, order: int) -> None:
        name = parameter.arg
        if parameter.annotation is None:
            text = f"the input '{name}' has no type; write '{name}: str'"
            raise self._source.problem(parameter, "type", text)
        schema = self._types.read(parameter.annotation)
        given = self._given(default)
        values = {key: self._constant(key, node) for key, node in given.items() if key != "default"}
        values = {key: item for key, item in values.items() if item is not None}
        schema |= self._constraints(schema, values, given)
        schema |= self._default(name, schema, given.get("default"))
        schema |= {"title": title(name), "x-order": order}
        self.properties[name] = self._lift_enum(name, schema, parameter)

    def _given(self, default: ast.expr | None) -> dict[str, ast.expr]:
        """Return the arguments of Input(), or the plain default, by name."""
        if default is None:
            return {}
        if not isinstance(default, ast.Call) or self._source.qualify(default.func) != "cog.Input":
            return {"default": default}
        given = {}
        if default.args:
            given["default"] = default.args[0]
        for extra in default.args[1:]:
            raise self._source.problem(extra, "input", "Input() takes one positional argument")
        for keyword in default.keywords:
            if keyword.arg != "default" and keyword.arg not in _KINDS:
                allowed = ", ".join(["default", *_KINDS])
                text = f"Input() has no argument '{keyword.arg or '**'}'; it takes {allowed}"
                raise self._source.problem(keyword.value, "input", text)
            given[keyword.arg] = keyword.value
        return given

    def _constant(self, key: str, node: ast.expr) -> Any:
        result = constant.evaluate(self._source, node)
        if isinstance(result, bool) and bool not in _KINDS[key]:
            raise self._wrong(node, key)
        if result is not None and not isinstance(result, _KINDS[key]):
            raise self._wrong(node, key)
        return result

    def _wrong(self, node: ast.expr, key: str) -> Problem:
        kinds = " or ".join(kind.__name__ for kind in _KINDS[key])
        return self._source.problem(node, "input", f"Input({key}=…) must be {kinds}")

    def _constraints(
        self, schema: Schema, values: dict[str, Any], given: dict[str, ast.expr]
    ) -> Schema:
        for key in values:
            fits = _FITS.get(key)
            if fits and (schema.get("type") not in fits or "format" in schema or "enum" in schema):
                text = f"Input({key}=…) is for {' and '.join(fits)} inputs"
                raise self._source.problem(given[key], "input", text)
        self._check_bounds(values, given)
        result = {_KEYWORDS[key]: item for key, item in values.items() if key in _KEYWORDS}
        if "choices" in values:
            result["enum"] = self._choices(schema, values["choices"], given["choices"])
        return result

    def _check_bounds(self, values: dict[str, Any], given: dict[str, ast.expr]) -> None:
        for low, high in (("ge", "le"), ("min_length", "max_length")):
            if low in values and high in values and values[low] > values[high]:
                text = (
                    f"{low}={values[low]} is more than {high}={values[high]}: no value is allowed"
                )
                raise self._source.problem(given[low], "input", text)
        if "regex" in values:
            try:
                re.compile(values["regex"])
            except re.error as error:
                text = f"not a regular expression: {error}"
                raise self._source.problem(given["regex"], "input", text) from None

    def _choices(self, schema: Schema, choices: list[Any], node: ast.expr) -> list[Any]:
        kind = str if schema["type"] == "string" else int
        if len(choices) < 2 or any(type(choice) is not kind for choice in choices):
            text = f"Input(choices=…) must be at least two values of type {kind.__name__}"
            raise self._source.problem(node, "input", text)
        return choices

    def _default(self, name: str, schema: Schema, node: ast.expr | None) -> Schema:
        nullable = schema.get("nullable", False)
        if node is None or (isinstance(node, ast.Constant) and node.value is ...):
            if not nullable:
                self.required.append(name)
            return {}
        default = constant.evaluate(self._source, node)
        if default is None and schema.get("x-cog-secret"):
            return {"default": None, "nullable": True}
        if default is None and not nullable and schema.get("type"):
            # Cog's rule: None, where the type does not allow it, says that there is no default.
            self.required.append(name)
            return {}
        wrong = value.mismatch(schema, default)
        if wrong:
            text = f"the default of '{name}' {wrong}"
            raise self._source.problem(node, "input", text)
        return {"default": default}

    def _lift_enum(self, name: str, schema: Schema, parameter: ast.arg) -> Schema:
        """Move the choices into a schema of their own, named like the input, as clients of Cog
        expect.
        """
        if "enum" not in schema:
            return schema
        if name in ("Input", "Output", "Status"):
            text = f"an input with choices cannot be named '{name}', as a schema of the document is"
            raise self._source.problem(parameter, "input", text)
        self.enums[name] = {
            "description": "An enumeration.",
            "enum": schema.pop("enum"),
            "title": name,
            "type": schema.pop("type"),
        }
        del schema["title"]
        return schema | {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}
