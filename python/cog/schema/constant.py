"""The value of an expression that is constant: what is written, or else what cog.schema.evaluator
makes of it, which is only imported where there is more than what is written.
"""

from __future__ import annotations

import _ast as ast
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.evaluator import EnumClass, Evaluator
    from cog.schema.names import Project
    from cog.schema.problem import Problem
    from cog.schema.scope import Definition, Scope

_FIX = "write a literal or a module-level constant"


def unknown(
    scope: Scope, node: ast.AST, why: str = "", fix: str = _FIX, certain: bool = False
) -> Problem:
    """Make the message that `node` cannot be evaluated; the caller raises it. `certain`: Python
    could not do it either.
    """
    text = why or f"'{scope.text(node)}' cannot be known without running the file"
    return scope.problem(node, "value", f"{text}; {fix}", None if certain else text)


class Constants:
    """The constants of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._evaluator: Evaluator | None = None

    def evaluate(self, scope: Scope, node: ast.expr) -> Any:
        """Return None, bool, int, float, str, list, tuple, set or dict; Problem where the text
        does not tell.
        """
        try:
            found = _literal(node)
        except LookupError:
            found = self._more().evaluate(scope, node)
        try:
            json.dumps(found, ensure_ascii=False, default=str, skipkeys=True).encode()
        except UnicodeEncodeError:
            text = "this text is not valid Unicode"
            raise unknown(scope, node, text, certain=True) from None
        return found

    def enter(self, scope: Scope, node: ast.Call) -> tuple[Scope, ast.expr] | None:
        """Return what a call of a function of the project returns, such as Input(), and the scope
        of that; None for any other call.
        """
        evaluator = self._more()
        evaluator.begin()
        return evaluator.enter(scope, node)

    def enumeration(self, definition: Definition) -> EnumClass:
        """Return the members of an Enum; Problem where the value of one is not known."""
        return self._more().enumeration(definition)

    def _more(self) -> Evaluator:
        if self._evaluator is None:
            from cog.schema.evaluator import Evaluator

            self._evaluator = Evaluator(self._project)
        return self._evaluator


def _literal(node: ast.expr) -> Any:
    """Return a value that is written out; LookupError where there is more to it."""
    match node:
        case ast.Constant(None | bool() | str() as plain):
            return plain
        case ast.Constant(int() | float() as number) if abs(number) < 1 << 53:
            return number
        case ast.List(items):
            return [_literal(item) for item in items]
    raise LookupError
