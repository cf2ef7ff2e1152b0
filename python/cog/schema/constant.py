"""The value of an expression that is constant: literals, module-level names, enum members, simple
arithmetic, concatenation, indexing, and list(D), D.keys(), D.values() of a constant dict. Nothing
is executed.
"""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from cog.schema.problem import Problem
from cog.schema.source import Source

_ENUMS = ("enum.Enum", "enum.IntEnum", "enum.StrEnum")
_MAX_POWER = 1024
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}


def evaluate(source: Source, node: ast.expr) -> Any:
    """Return None, bool, int, float, str, list or dict; Problem where the text does not tell."""
    try:
        return _Evaluator(source).value(node)
    except (TypeError, RecursionError):
        raise source.problem(node, "value", "this expression cannot be evaluated") from None


def members(source: Source, name: str) -> dict[str, Any] | None:
    """Return the members of an Enum class of this file, name to value; None when there is no such
    class.
    """
    definition = source.classes.get(name)
    if definition is None or not any(source.qualify(base) in _ENUMS for base in definition.bases):
        return None
    return {
        target.id: evaluate(source, statement.value)
        for statement in definition.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


class _Evaluator:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: set[str] = set()

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=float() as number) if not math.isfinite(number):
                raise self._unknown(node)
            case ast.Constant(value=None | bool() | int() | float() | str() as plain):
                return plain
            case ast.Name():
                return self._name(node)
            case ast.List(items) | ast.Tuple(items) | ast.Set(items):
                return [self.value(item) for item in items]
            case ast.Dict(keys, values) if None not in keys:
                return {
                    self.value(k): self.value(v) for k, v in zip(keys, values, strict=True) if k
                }
            case ast.UnaryOp(ast.USub(), operand):
                return -self._number(operand)
            case ast.BinOp(left, kind, right):
                return self._arithmetic(node, left, kind, right)
            case ast.Subscript(owner, key):
                return self._item(node, owner, key)
            case ast.Attribute():
                return self._member(node)
            case ast.Call(function, arguments, []):
                return self._call(node, function, arguments)
        raise self._unknown(node)

    def _unknown(self, node: ast.AST, why: str = "") -> Problem:
        text = why or f"'{ast.unparse(node)}' cannot be known without running the file"
        return self._source.problem(
            node, "value", f"{text}; write a literal or a module-level constant"
        )

    def _number(self, node: ast.expr) -> Any:
        value = self.value(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unknown(node)
        return value

    def _name(self, node: ast.Name) -> Any:
        values = self._source.assigned.get(node.id, [])
        if len(values) > 1:
            raise self._unknown(node, f"'{node.id}' is assigned more than once")
        if not values or values[0] is None or node.id in self._open:
            raise self._unknown(node)
        self._open.add(node.id)
        result = self.value(values[0])
        self._open.discard(node.id)
        return result

    def _arithmetic(
        self, node: ast.expr, left: ast.expr, kind: ast.operator, right: ast.expr
    ) -> Any:
        if isinstance(kind, ast.Add):
            first, second = self.value(left), self.value(right)
            if type(first) is type(second) and isinstance(first, str | list):
                return first + second
        first, second = self._number(left), self._number(right)
        huge = isinstance(kind, ast.Pow) and max(abs(first), abs(second)) > _MAX_POWER
        if huge or type(kind) not in _OPERATORS:
            raise self._unknown(node)
        try:
            result = _OPERATORS[type(kind)](first, second)
        except (ArithmeticError, ValueError):
            raise self._unknown(node) from None
        if not isinstance(result, int | float) or not math.isfinite(result):
            raise self._unknown(node)
        return result

    def _item(self, node: ast.expr, owner: ast.expr, key: ast.expr) -> Any:
        try:
            return self.value(owner)[self.value(key)]
        except (LookupError, TypeError):
            raise self._unknown(node) from None

    def _member(self, node: ast.Attribute) -> Any:
        """Mode.FAST and Mode.FAST.value are the value of the member."""
        owner: ast.expr = node
        if node.attr == "value" and isinstance(node.value, ast.Attribute):
            owner = node.value
        if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
            found = members(self._source, owner.value.id)
            if found is not None and owner.attr in found:
                return found[owner.attr]
        raise self._unknown(node)

    def _call(self, node: ast.Call, function: ast.expr, arguments: list[ast.expr]) -> Any:
        match function, arguments:
            case ast.Name("list" | "tuple"), [argument]:
                return list(self._iterable(argument))
            case ast.Name("sorted"), [argument]:
                return sorted(self._iterable(argument), key=lambda item: (str(type(item)), item))
            case ast.Attribute(owner, "keys" | "values" as part), []:
                table = self.value(owner)
                if isinstance(table, dict):
                    return list(table.keys() if part == "keys" else table.values())
        raise self._unknown(node)

    def _iterable(self, node: ast.expr) -> Any:
        value = self.value(node)
        if not isinstance(value, list | dict):
            raise self._unknown(node)
        return value
