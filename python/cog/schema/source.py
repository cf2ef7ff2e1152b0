"""One Python file as text: its syntax tree, places in it, and what its names stand for at module
level.

Names are followed through imports (`import typing as t`, `from cog import Path as P`) to dotted
names such as "cog.Path". Bodies of module-level if, try and with count as module level; where a
name is imported twice, the last import wins.
"""

import ast
import builtins
import os
import tokenize
import warnings
from collections.abc import Iterable, Iterator

from cog.schema.problem import Place, Problem


class Source:
    """A parsed file. `name` is how messages call it."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        with tokenize.open(os.path.join(folder, name)) as file:
            text = file.read()
        # Split as ast counts lines: form feeds and the like do not end one.
        self._lines = text.split("\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.tree = ast.parse(text, name)
        self.imports: dict[str, str] = {}
        self.assigned: dict[str, list[ast.expr | None]] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        for statement in _flatten(self.tree.body):
            self._record(statement)

    def problem(self, node: ast.AST, code: str, message: str) -> Problem:
        """Make the message about `node`; the caller raises it."""
        line, offset = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        # ast counts bytes of UTF-8.
        before = self._lines[line - 1].encode()[:offset] if line else b""
        place = Place(self.name, line, len(before.decode(errors="ignore")) + 1 if line else 0)
        return Problem(place, code, message)

    def qualify(self, node: ast.AST) -> str | None:
        """Return the dotted name that `node` stands for, None for anything defined in this file
        or unknown.
        """
        if isinstance(node, ast.Attribute):
            owner = self.qualify(node.value)
            return _canonical(f"{owner}.{node.attr}") if owner else None
        if not isinstance(node, ast.Name) or node.id in self.classes or node.id in self.assigned:
            return None
        if node.id in self.imports:
            return _canonical(self.imports[node.id])
        return f"builtins.{node.id}" if hasattr(builtins, node.id) else None

    def _record(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names):
                for item in names:
                    first = item.name.partition(".")[0]
                    self.imports[item.asname or first] = item.name if item.asname else first
            case ast.ImportFrom(module, names, level):
                for item in names:
                    origin = "." * level + (module or "")
                    self.imports[item.asname or item.name] = f"{origin}.{item.name}"
            case ast.Assign(targets, value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target, _, value) if value is not None:
                self._assign(target, value)
            case ast.AugAssign(target):
                self._assign(target, None)
            case ast.ClassDef(name):
                self.classes[name] = statement
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self.functions[name] = statement

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                whole = value if node is target else None
                self.assigned.setdefault(node.id, []).append(whole)


def parse(folder: str, name: str) -> Source:
    """Read a file of the project; Problem when it is not Python, OSError when it cannot be read."""
    try:
        return Source(folder, name)
    except SyntaxError as error:
        place = Place(name, error.lineno or 1, max(error.offset or 1, 1))
        raise Problem(place, "syntax", f"not valid Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        # Null bytes, bytes not of the declared encoding, nesting beyond the parser's reach.
        raise Problem(Place(name, 1, 1), "syntax", f"not valid Python: {error}") from None


def _canonical(name: str) -> str:
    """Cog's and typing's types under the one name used in this package."""
    for old, new in (("cog.types.", "cog."), ("typing_extensions.", "typing.")):
        if name.startswith(old):
            return new + name[len(old) :]
    return name


def _flatten(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in statements:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                yield from _flatten(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from _flatten(handler.body)
