"""What the names of a module, or of a class body, are bound to by its statements.

Bodies of if, try, with and loops count as the body itself. A branch that is decided by the version
of Python or by `__name__ == "__main__"` is followed or left out. Names of `except` blocks and of
`if TYPE_CHECKING:` count only where nothing else binds them.
"""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CHANGING = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
    "reverse", "setdefault", "sort", "update",
}  # fmt: skip
_COMPARISONS = {
    ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__",
    ast.Eq: "__eq__", ast.NotEq: "__ne__",
}  # fmt: skip


class Binding:
    """One thing that a name is bound to.

    An import has `module`, and `name` for `from module import name`; anything else is `node`: a
    class, a function, a `type` statement or the expression that is assigned, None where it is not
    a whole expression. `line` is where.
    """

    __slots__ = ("line", "module", "name", "node")

    def __init__(
        self,
        line: int,
        node: ast.AST | None = None,
        module: str | None = None,
        name: str | None = None,
    ) -> None:
        self.line = line
        self.node = node
        self.module = module
        self.name = name


class Namespace:
    """`stars`: modules of `from module import *`. `changed`: names whose values are changed in
    place. Both with the line.
    """

    def __init__(
        self, body: Iterable[ast.stmt], package: str | None, version: tuple[int, int]
    ) -> None:
        self.changed: dict[str, int] = {}
        self.stars: list[tuple[str, int]] = []
        self._typing_only: set[str] = set()
        self._bound: dict[str, list[Binding]] = {}
        self._fallback: dict[str, list[Binding]] = {}
        self._package = package
        self._version = version
        self._typing = False
        self._scan(body, self._bound, sure=True)

    def bindings(self, name: str) -> list[Binding]:
        """Return what the name may be bound to; more than one where the text leaves it open."""
        return self._bound.get(name) or self._fallback.get(name) or []

    def names(self) -> list[str]:
        """Return the names that are bound."""
        return [*self._bound, *(name for name in self._fallback if name not in self._bound)]

    def typing_only(self, name: str) -> bool:
        """Whether the name exists for type checkers and not when the file runs."""
        return name in self._typing_only and name not in self._bound

    def _scan(self, body: Iterable[ast.stmt], into: dict[str, list[Binding]], sure: bool) -> None:
        for statement in body:
            match statement:
                case ast.If(test, then, otherwise):
                    self._branch(test, then, otherwise, into, sure)
                case ast.Try(tried, handlers, otherwise, final):
                    self._scan([*tried, *otherwise, *final], into, sure=False)
                    for handler in handlers:
                        self._scan(handler.body, self._fallback, sure=False)
                case ast.For(target=target) | ast.AsyncFor(target=target):
                    self._assign(target, None, into)
                    self._scan([*statement.body, *statement.orelse], into, sure=False)
                case ast.While(_, loop, otherwise):
                    self._scan([*loop, *otherwise], into, sure=False)
                case ast.With(items, inner) | ast.AsyncWith(items, inner):
                    for item in items:
                        if item.optional_vars is not None:
                            self._assign(item.optional_vars, None, into)
                    self._scan(inner, into, sure)
                case _:
                    self._record(statement, into, sure)

    def _branch(
        self,
        test: ast.expr,
        then: list[ast.stmt],
        otherwise: list[ast.stmt],
        into: dict[str, list[Binding]],
        sure: bool,
    ) -> None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, then, otherwise = test.operand, otherwise, then
        if _last_name(test) == "TYPE_CHECKING":
            self._scan(otherwise, into, sure)
            outer, self._typing = self._typing, True
            self._scan(then, self._fallback, sure=False)
            self._typing = outer
            return
        verdict = self._decide(test)
        if verdict is not False:
            self._scan(then, into, sure and verdict is True)
        if verdict is not True:
            self._scan(otherwise, into, sure and verdict is False)

    def _decide(self, test: ast.expr) -> bool | None:
        match test:
            case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
                return False
            case ast.Compare(left, [operator], [ast.Tuple(parts)]) if (
                _last_name(left) == "version_info" and type(operator) in _COMPARISONS
            ):
                wanted = tuple(part.value for part in parts if isinstance(part, ast.Constant))
                if len(wanted) == len(parts) and all(type(part) is int for part in wanted):
                    # A version has a third number: 3.12 alone is neither <= nor == (3, 12).
                    found = getattr((*self._version, 0), _COMPARISONS[type(operator)])(wanted)
                    return bool(found)
        return None

    def _record(self, statement: ast.stmt, into: dict[str, list[Binding]], sure: bool) -> None:
        match statement:
            case ast.Import() | ast.ImportFrom():
                self._import(statement, into, sure)
            case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self._bind(name, Binding(statement.lineno, statement), into, sure)
            case ast.Assign(targets, value):
                for target in targets:
                    self._assign(target, value, into)
            case ast.AnnAssign(target, _, value) if value is not None:
                self._assign(target, value, into)
            case ast.AugAssign(target):
                self._change(target, statement.lineno)
            case ast.Delete(targets):
                for target in targets:
                    self._change(target, statement.lineno)
            case ast.Expr(ast.Call(ast.Attribute(owner, method))) if method in _CHANGING:
                self._change(owner, statement.lineno)
            case _ if type(statement).__name__ == "TypeAlias":
                name = statement.name.id  # type: ignore[attr-defined]
                self._bind(name, Binding(statement.lineno, statement), into, sure)

    def _import(
        self, statement: ast.Import | ast.ImportFrom, into: dict[str, list[Binding]], sure: bool
    ) -> None:
        for item in statement.names:
            if isinstance(statement, ast.Import):
                module = item.name if item.asname else item.name.partition(".")[0]
                binding = Binding(statement.lineno, module=module)
                self._bind(item.asname or module, binding, into, sure)
                continue
            module = self._absolute(statement.module or "", statement.level or 0)
            if item.name == "*":
                self.stars.append((module, statement.lineno))
            else:
                binding = Binding(statement.lineno, module=module, name=item.name)
                self._bind(item.asname or item.name, binding, into, sure)

    def _absolute(self, module: str, level: int) -> str:
        """Return the full name of a module; with its dots where it is relative to nothing."""
        parts = (self._package or "").split(".")
        if not level:
            return module
        if not self._package or level > len(parts):
            return "." * level + module
        base = parts[: len(parts) - level + 1]
        return ".".join([*base, module] if module else base)

    def _assign(
        self, target: ast.expr, value: ast.expr | None, into: dict[str, list[Binding]]
    ) -> None:
        match target, value:
            case ast.Name(name), _:
                self._bind(name, Binding(target.lineno, value), into, sure=False)
            case ast.Tuple(parts) | ast.List(parts), ast.Tuple(values) | ast.List(values) if len(
                parts
            ) == len(values) and not any(
                isinstance(part, ast.Starred) for part in [*parts, *values]
            ):
                for part, item in zip(parts, values, strict=True):
                    self._assign(part, item, into)
            case ast.Tuple(parts) | ast.List(parts), _:
                for part in parts:
                    self._assign(part, None, into)
            case ast.Starred(inner), _:
                self._assign(inner, None, into)
            case _:
                self._change(target, target.lineno)

    def _change(self, target: ast.expr, line: int) -> None:
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            self.changed.setdefault(target.id, line)

    def _bind(
        self, name: str, binding: Binding, into: dict[str, list[Binding]], sure: bool
    ) -> None:
        if self._typing:
            self._typing_only.add(name)
        if sure:
            into[name] = [binding]
        else:
            into.setdefault(name, []).append(binding)


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
