"""The value of an expression that is constant: literals, names of constants in any file of the
project, attributes of classes, members of an Enum, and what is computed from these by operators,
f-strings, comprehensions and the functions in cog.schema.function.

Nothing is executed. Steps and sizes are capped, so that a short text cannot ask for much.
"""

from __future__ import annotations

import _ast as ast
import operator

from cog.schema import call, classes
from cog.schema.constant import unknown
from cog.schema.problem import Problem
from cog.schema.scope import Definition, External, Scope, Unknown
from cog.schema.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cog.schema.names import Project

MAX_WORK = 2_000_000
MAX_DEPTH = 150
MAX_LENGTH = 100_000
_MAX_BITS = 1024
_CONSTANTS = {"math.pi": 3.141592653589793, "math.e": 2.718281828459045}
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.BitOr: operator.or_, ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
    ast.USub: lambda value, _: -value, ast.UAdd: lambda value, _: +value,
    ast.Not: lambda value, _: not value, ast.Invert: lambda value, _: ~value,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip


_PLAIN_ENUMS = ("builtins.str", "builtins.int", "enum.IntEnum", "enum.StrEnum")


class Member:
    """A member of an Enum. `plain`: it is also a string or a number, as that of a StrEnum."""

    __slots__ = ("name", "plain", "value")

    def __init__(self, name: str, value: Any, plain: bool) -> None:
        self.name = name
        self.value = value
        self.plain = plain


class Unread:
    """A value that is not known, in a dict of which only the keys may be wanted, such as one of
    classes by name. To use it is `problem`.
    """

    __slots__ = ("problem",)

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class EnumClass:
    """An Enum as a value: `members` by name, the aliases too."""

    __slots__ = ("members",)

    def __init__(self, members: dict[str, Member]) -> None:
        self.members = members

    def unique(self) -> list[Member]:
        """Return the members in order, without the aliases."""
        found: list[Member] = []
        for member in self.members.values():
            if not any(same(member.value, other.value) for other in found):
                found.append(member)
        return found


def same(left: Any, right: Any) -> bool:
    """Whether two plain values are the same in JSON, where true is not 1."""
    return type(left) is type(right) and bool(left == right)


class Evaluator:
    """Evaluates the expressions of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[ast.AST, Any] = {}
        self._open: set[ast.AST] = set()
        self._work = 0
        self._depth = 0

    def evaluate(self, scope: Scope, node: ast.expr) -> Any:
        """Return the value of a whole expression; Problem where the text does not tell."""
        self.begin()
        return _plain(self.value(scope, node, scope.names))

    def begin(self) -> None:
        """Count anew what is computed."""
        self._work = self._depth = 0
        self._open.clear()

    def enter(self, scope: Scope, node: ast.Call) -> tuple[Scope, ast.expr] | None:
        """Return what a call of a function of the project returns, and the scope of that; None for
        any other call.
        """
        found = call.find(self._project, scope, node)
        return None if found is None else call.enter(self, scope, node, found, scope.names)

    def enumeration(self, definition: Definition) -> EnumClass:
        """Return the members of an Enum; Problem where the value of one is not known."""
        if definition.node not in self._known:
            self._known[definition.node] = EnumClass(self._members(definition))
        found = self._known[definition.node]
        assert isinstance(found, EnumClass)
        return found

    def _members(self, definition: Definition) -> dict[str, Member]:
        assert isinstance(definition.node, ast.ClassDef)
        scope = definition.scope.inside(definition.node)
        ancestry = self._project.ancestry(definition)
        bases = {base.name for base in ancestry if isinstance(base, External)}
        found: dict[str, Member] = {}
        for statement in definition.node.body:
            match statement:
                case ast.FunctionDef(name) if name in ("__new__", "_generate_next_value_"):
                    text = f"the values of '{definition.node.name}' are made by its {name}()"
                    raise unknown(scope, statement, text, "write them out")
                case ast.Assign([ast.Name(name)], ast.expr() as value) | ast.AnnAssign(
                    ast.Name(name), _, ast.expr() as value
                ) if not (name.startswith("_") and name.endswith("_")):
                    result = self._member(scope, value, name, bases, found)
                    found[name] = Member(name, result, not bases.isdisjoint(_PLAIN_ENUMS))
        return found

    def _member(
        self, scope: Scope, node: ast.expr, name: str, bases: set[str], found: dict[str, Member]
    ) -> Any:
        automatic = isinstance(node, ast.Call) and (
            self._project.name(scope, node.func) == "enum.auto"
        )
        if not automatic:
            return _plain(self.value(scope, node, {}))
        if "enum.StrEnum" in bases:
            return name.lower()
        numbers = [member.value for member in found.values()]
        if "builtins.str" in bases or not all(type(number) is int for number in numbers):
            raise unknown(scope, node, "the value that auto() makes here is not known")
        return max(numbers, default=0) + 1

    def value(self, scope: Scope, node: ast.expr, names: dict[str, Any]) -> Any:
        """Return the value of a part of an expression. `names` are those that the comprehensions
        around it bind.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise unknown(scope, node, "this is nested too deeply")
        try:
            result = self._value(scope, node, names)
            self._charge(scope, node, result)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise unknown(scope, node, f"'{scope.text(node)}' fails: {error}") from None
        except Unknown as why:
            raise unknown(scope, node, str(why), certain=why.certain) from None
        self._depth -= 1
        if isinstance(result, Unread):
            raise result.problem
        return result

    def name(self, scope: Scope, node: ast.expr) -> str | None:
        """Return the dotted name of something outside of the project."""
        return self._project.name(scope, node)

    def variable(self, name: str) -> str | None:
        """Return a variable of the environment in which the model runs."""
        return self._project.environment.get(name)

    def _charge(self, scope: Scope, node: ast.expr, result: Any) -> None:
        """Count what a result costs to walk through, so that all of it together has a limit."""
        if isinstance(result, float) and result - result != 0:
            raise unknown(scope, node, f"'{scope.text(node)}' is not a JSON number")
        if isinstance(result, int) and result.bit_length() > _MAX_BITS:
            raise unknown(scope, node, "this number is too large")
        rest = [result]
        while rest:
            item = rest.pop()
            if isinstance(item, str):
                self.spend(scope, node, 1 + len(item) // 100)
            elif isinstance(item, list | tuple | set | dict):
                self.spend(scope, node, 1 + len(item))
                rest += item.values() if isinstance(item, dict) else item
        self.spend(scope, node, 1)

    def spend(self, scope: Scope, node: ast.expr, steps: int) -> None:
        """Count steps; Problem when there were too many."""
        self._work += steps
        if self._work > MAX_WORK:
            raise unknown(scope, node, "this is too much to compute")

    def _value(self, scope: Scope, node: ast.expr, names: dict[str, Any]) -> Any:
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as plain):
                return plain
            case ast.Name(name):
                return names[name] if name in names else self._named(scope, node)
            case ast.Attribute():
                return self._attribute(scope, node, names)
            case ast.List(items):
                return self.items(scope, items, names)
            case ast.Tuple(items):
                return tuple(self.items(scope, items, names))
            case ast.Set(items):
                return set(self.items(scope, items, names))
            case ast.Dict(keys, values):
                return self._dict(scope, keys, values, names)
            case ast.UnaryOp(kind, operand):
                return _OPERATORS[type(kind)](self.value(scope, operand, names), None)
            case ast.BinOp(left, kind, right):
                first, second = self.value(scope, left, names), self.value(scope, right, names)
                return self._binary(scope, node, first, kind, second)
            case ast.BoolOp() | ast.Compare() | ast.IfExp():
                return self._logic(scope, node, names)
            case ast.Subscript(owner, key):
                table = self.value(scope, owner, names)
                table = table.members if isinstance(table, EnumClass) else table
                return table[self._key(scope, key, names)]
        from cog.schema import function

        return function.value(self, scope, node, names)

    def _named(self, scope: Scope, node: ast.expr) -> Any:
        found = self._project.resolve(scope, node)
        if isinstance(found, External) and found.name in _CONSTANTS:
            return _CONSTANTS[found.name]
        if not isinstance(found, Definition):
            raise unknown(scope, node)
        if isinstance(found.node, ast.ClassDef) and self._is_enum(found):
            return self.enumeration(found)
        if isinstance(found.node, ast.ClassDef) or not isinstance(found.node, ast.expr):
            raise unknown(scope, node)
        if found.node in self._open:
            raise unknown(scope, node, f"'{scope.text(node)}' is made from itself")
        if found.node not in self._known:
            self._open.add(found.node)
            self._known[found.node] = self.value(found.scope, found.node, {})
            self._open.discard(found.node)
        return self._known[found.node]

    def _is_enum(self, definition: Definition) -> bool:
        return classes.kind(self._project, definition) == "enum"

    def _attribute(self, scope: Scope, node: ast.Attribute, names: dict[str, Any]) -> Any:
        """Mode.FAST, Mode.FAST.value, Limits.MAX, module.CONSTANT."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        dotted = isinstance(root, ast.Name) and root.id not in names
        owner = self._project.resolve(scope, node.value) if dotted else None
        if isinstance(owner, Definition) and isinstance(owner.node, ast.ClassDef):
            members = self.enumeration(owner).members if self._is_enum(owner) else {}
            return members[node.attr] if node.attr in members else self._named(scope, node)
        if isinstance(owner, External | Source):
            return self._named(scope, node)
        member = self.value(scope, node.value, names) if node.attr in ("value", "name") else None
        if not isinstance(member, Member):
            raise unknown(scope, node)
        return getattr(member, node.attr)

    def items(self, scope: Scope, items: list[ast.expr], names: dict[str, Any]) -> list[Any]:
        """Return the values of several expressions, of which `*x` may be several."""
        result = []
        for item in items:
            if isinstance(item, ast.Starred):
                inner = self.value(scope, item.value, names)
                result += self.iterate(scope, item.value, inner)
            else:
                result.append(self.value(scope, item, names))
        return result

    def iterate(self, scope: Scope, node: ast.expr, value: Any) -> list[Any]:
        """Return the items of a value in their order; Problem where they have none."""
        if isinstance(value, set):
            text = "the order of a set changes from run to run"
            raise unknown(scope, node, text, "use sorted(…) or a list")
        return value.unique() if isinstance(value, EnumClass) else list(value)

    def _dict(
        self,
        scope: Scope,
        keys: list[ast.expr | None],
        values: list[ast.expr],
        names: dict[str, Any],
    ) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                result.update(self.value(scope, value, names))
            else:
                result[self.value(scope, key, names)] = self._attempt(scope, value, names)
        return result

    def _attempt(self, scope: Scope, node: ast.expr, names: dict[str, Any]) -> Any:
        depth, opened = self._depth, set(self._open)
        try:
            return self.value(scope, node, names)
        except Problem as problem:
            if problem.dynamic is None or self._work > MAX_WORK:
                raise
            self._depth, self._open = depth, opened
            return Unread(problem)

    def _binary(
        self, scope: Scope, node: ast.expr, left: Any, kind: ast.operator, right: Any
    ) -> Any:
        left, right = unwrapped(left), unwrapped(right)
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if isinstance(kind, ast.Pow | ast.LShift) and not (numbers and abs(right) <= _MAX_BITS):
            raise unknown(scope, node)
        if isinstance(kind, ast.Mod) and not numbers:
            raise unknown(scope, node)
        if isinstance(kind, ast.Mult) and not numbers:
            length, times = (left, right) if isinstance(right, int) else (right, left)
            if len(length) * times > MAX_LENGTH:
                raise unknown(scope, node, "this is too large")
        result = _OPERATORS[type(kind)](left, right)
        if isinstance(result, complex):
            raise unknown(scope, node)
        return result

    def _logic(self, scope: Scope, node: ast.expr, names: dict[str, Any]) -> Any:
        match node:
            case ast.IfExp(test, then, otherwise):
                chosen = then if self.value(scope, test, names) else otherwise
                return self.value(scope, chosen, names)
            case ast.BoolOp(junction, parts):
                result = None
                for part in parts:
                    result = self.value(scope, part, names)
                    if bool(result) is isinstance(junction, ast.Or):
                        break
                return result
            case ast.Compare(left, kinds, others):
                first = self.value(scope, left, names)
                for kind, other in zip(kinds, others, strict=True):
                    second = self.value(scope, other, names)
                    if isinstance(kind, ast.Is | ast.IsNot) and None not in (first, second):
                        raise unknown(scope, node)
                    if not _OPERATORS[type(kind)](unwrapped(first), unwrapped(second)):
                        return False
                    first = second
                return True
        raise unknown(scope, node)

    def _key(self, scope: Scope, key: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(key, ast.Slice):
            parts = [
                None if part is None else self.value(scope, part, names)
                for part in (key.lower, key.upper, key.step)
            ]
            return slice(*parts)
        return self.value(scope, key, names)


def unwrapped(value: Any) -> Any:
    """Return what a member of a StrEnum or the like is to operators: its value."""
    return value.value if isinstance(value, Member) and value.plain else value


def _plain(value: Any) -> Any:
    """Return a result without members of an Enum: their values stand for them."""
    if isinstance(value, Unread):
        raise value.problem
    if isinstance(value, Member):
        return value.value
    if isinstance(value, list | tuple | set):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    return value
