"""Calls of functions of the project whose body is one return, behind assignments at most: what
is returned is an expression like others, in which the parameters have values.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.constant import unknown
from cog.schema.scope import Definition, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.evaluator import Evaluator
    from cog.schema.names import Project

# Decorators that return what the function returns.
_CACHES = ("functools.cache", "functools.lru_cache")


def find(project: Project, scope: Scope, node: ast.Call) -> Definition | None:
    """Return the function of the project that a call is about; None for any other."""
    if not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    try:
        found = project.resolve(scope, node.func)
    except Unknown:
        return None
    if isinstance(found, Definition) and isinstance(found.node, ast.FunctionDef):
        return found
    return None


def enter(
    evaluator: Evaluator, scope: Scope, node: ast.Call, found: Definition, names: dict[str, Any]
) -> tuple[Scope, ast.expr]:
    """Return what the call returns, and the scope in which that stands; Problem where the function
    does more.
    """
    function = found.node
    assert isinstance(function, ast.FunctionDef)
    body = function.body[1:] if _is_text(function.body[0]) else function.body
    last = body[-1] if body else None
    if not isinstance(last, ast.Return) or last.value is None or not _is_plain(evaluator, found):
        raise unknown(scope, node)
    evaluator.spend(scope, node, 1000)
    inner = Scope(found.scope.source)
    inner.names = _bind(evaluator, scope, node, found, names)
    for statement in body[:-1]:
        match statement:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, value) if (
                value is not None
            ):
                inner.names[name] = evaluator.value(inner, value, inner.names)
            case _:
                raise unknown(scope, node)
    return inner, last.value


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_plain(evaluator: Evaluator, found: Definition) -> bool:
    """Whether nothing stands between a call and the body of the function."""
    assert isinstance(found.node, ast.FunctionDef)
    for decorator in found.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if evaluator.name(found.scope, target) not in _CACHES:
            return False
    return found.scope.space is found.scope.source.space


def _bind(
    evaluator: Evaluator, scope: Scope, node: ast.Call, found: Definition, names: dict[str, Any]
) -> dict[str, Any]:
    """Return the parameters with the values that the call gives them, or else their defaults."""
    assert isinstance(found.node, ast.FunctionDef)
    spec = found.node.args
    positional = [parameter.arg for parameter in [*spec.posonlyargs, *spec.args]]
    by_name = [parameter.arg for parameter in [*spec.args, *spec.kwonlyargs]]
    given = evaluator.items(scope, node.args, names)
    bound = dict(zip(positional, given, strict=False))
    wrong = len(given) > len(positional) or bool(spec.vararg or spec.kwarg)
    for keyword in node.keywords:
        wrong = wrong or keyword.arg not in by_name or keyword.arg in bound
        if keyword.arg is not None:
            bound[keyword.arg] = evaluator.value(scope, keyword.value, names)
    defaults = dict(zip(positional[::-1], spec.defaults[::-1], strict=False))
    for parameter, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if default is not None:
            defaults[parameter.arg] = default
    for name in dict.fromkeys([*positional, *by_name]):
        if name not in bound and name in defaults:
            bound[name] = evaluator.value(found.scope, defaults[name], {})
        wrong = wrong or name not in bound
    if wrong:
        raise unknown(scope, node)
    return bound
