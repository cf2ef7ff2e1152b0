"""The functions, methods, f-strings and comprehensions that cog.schema.evaluator understands: those
that give the same result on every run, and no more than they are given.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.constant import unknown
from cog.schema.evaluator import MAX_LENGTH, EnumClass, Evaluator, same, unwrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cog.schema.names import Scope


def _range(*numbers: int) -> list[int]:
    found = range(*numbers)
    if len(found) > MAX_LENGTH:
        raise ValueError("it is too large")
    return list(found)


def _zip(*parts: list[Any]) -> list[Any]:
    return list(zip(*parts, strict=False))


def _dedent(text: str) -> str:
    import textwrap

    return textwrap.dedent(text)


def _cleandoc(text: str) -> str:
    import inspect

    return inspect.cleandoc(text)


# These take the items of one collection; where they do not care for the order, of a set too.
_UNORDERED = ("all", "any", "frozenset", "len", "set", "sorted", "sum")
_COLLECTIONS: dict[str, Callable[..., Any]] = {
    "list": list, "tuple": tuple, "reversed": lambda items: items[::-1], "sorted": sorted,
    "enumerate": lambda items, start=0: list(enumerate(items, start)), "set": set,
    "frozenset": set, "len": len, "sum": sum, "any": any, "all": all,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "str": str, "int": int, "float": float, "bool": bool, "abs": abs, "round": round,
    "min": min, "max": max, "range": _range, "zip": _zip,
    "dict": dict, "list": list, "tuple": tuple, "set": set, "frozenset": set,
    "textwrap.dedent": _dedent, "inspect.cleandoc": _cleandoc,
}  # fmt: skip
_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}
_METHODS: dict[type, set[str]] = {
    str: {
        "capitalize", "casefold", "endswith", "join", "lower", "lstrip", "removeprefix",
        "removesuffix", "replace", "rstrip", "split", "splitlines", "startswith", "strip",
        "title", "upper",
    },
    dict: {"keys", "values", "items", "get", "copy"},
    list: {"copy", "count", "index"},
    tuple: {"count", "index"},
    set: {"copy", "difference", "intersection", "union"},
}  # fmt: skip


def value(evaluator: Evaluator, scope: Scope, node: ast.expr, names: dict[str, Any]) -> Any:
    """Return the value of an expression of these kinds; Problem for any other."""
    match node:
        case ast.JoinedStr(parts):
            return "".join(_formatted(evaluator, scope, part, names) for part in parts)
        case ast.ListComp(element, generators) | ast.GeneratorExp(element, generators):
            return [
                evaluator.value(scope, element, inner)
                for inner in _loop(evaluator, scope, generators, names)
            ]
        case ast.SetComp(element, generators):
            loop = _loop(evaluator, scope, generators, names)
            return {evaluator.value(scope, element, inner) for inner in loop}
        case ast.DictComp(key, item, generators):
            return {
                evaluator.value(scope, key, inner): evaluator.value(scope, item, inner)
                for inner in _loop(evaluator, scope, generators, names)
            }
        case ast.Call():
            return _call(evaluator, scope, node, names)
    raise unknown(scope, node)


def _loop(
    evaluator: Evaluator,
    scope: Scope,
    generators: list[ast.comprehension],
    names: dict[str, Any],
) -> list[dict[str, Any]]:
    """Return the names that are bound in each round."""
    rounds = [names]
    for generator in generators:
        inner = []
        for outer in rounds:
            items = evaluator.value(scope, generator.iter, outer)
            for item in evaluator.iterate(scope, generator.iter, items):
                evaluator.spend(scope, generator.iter, 10)
                bound = {**outer, **_bind(generator.target, item)}
                if all(evaluator.value(scope, test, bound) for test in generator.ifs):
                    inner.append(bound)
        rounds = inner
        if len(rounds) > MAX_LENGTH:
            raise ValueError("it is too large")
    return rounds


def _bind(target: ast.expr, item: Any) -> dict[str, Any]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, ast.Tuple):
        raise ValueError("it binds more than names")
    bound: dict[str, Any] = {}
    for part, inner in zip(target.elts, item, strict=True):
        bound.update(_bind(part, inner))
    return bound


def _formatted(evaluator: Evaluator, scope: Scope, node: ast.expr, names: dict[str, Any]) -> str:
    if not isinstance(node, ast.FormattedValue):
        return str(evaluator.value(scope, node, names))
    item = evaluator.value(scope, node.value, names)
    spec = ""
    if node.format_spec is not None:
        spec = evaluator.value(scope, node.format_spec, names)
    # Three digits are wide enough for a text.
    scalar = item is None or isinstance(item, str | int | float)
    if not scalar or sum(letter.isdigit() for letter in spec) > 3:
        raise unknown(scope, node.value)
    if node.conversion != -1:
        item = _CONVERSIONS[node.conversion](item)
    return format(item, spec)


def _call(evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]) -> Any:
    keywords = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise unknown(scope, node)
        keywords[keyword.arg] = evaluator.value(scope, keyword.value, names)
    name = (evaluator.name(scope, node.func) or "").removeprefix("builtins.")
    if name in _COLLECTIONS or name in _FUNCTIONS:
        arguments = [unwrapped(item) for item in evaluator.items(scope, node.args, names)]
        if name in _COLLECTIONS and arguments:
            given = arguments[0]
            if not (isinstance(given, set) and name in _UNORDERED):
                given = evaluator.iterate(scope, node.args[0], given)
            return _COLLECTIONS[name](given, *arguments[1:], **keywords)
        if name == "zip":
            arguments = [
                evaluator.iterate(scope, part, given)
                for part, given in zip(node.args, arguments, strict=True)
            ]
        if name == "str" and not isinstance(arguments[0], str | int | float):
            raise unknown(scope, node)
        return _FUNCTIONS[name](*arguments, **keywords)
    if isinstance(node.func, ast.Attribute) and not name:
        return _method(evaluator, scope, node, node.func, names)
    if isinstance(node.func, ast.Name) and not name and not keywords:
        return _member(evaluator, scope, node, names)
    raise unknown(scope, node)


def _method(
    evaluator: Evaluator,
    scope: Scope,
    node: ast.Call,
    function: ast.Attribute,
    names: dict[str, Any],
) -> Any:
    owner = unwrapped(evaluator.value(scope, function.value, names))
    if function.attr not in _METHODS.get(type(owner), ()) or node.keywords:
        raise unknown(scope, node)
    arguments = [unwrapped(item) for item in evaluator.items(scope, node.args, names)]
    if function.attr == "join":
        arguments[0] = evaluator.iterate(scope, node.args[0], arguments[0])
        large = len(owner) * len(arguments[0]) > MAX_LENGTH
    else:
        large = function.attr == "replace" and len(owner) * len(arguments[1]) > MAX_LENGTH
    if large:
        raise ValueError("it is too large")
    found = getattr(owner, function.attr)(*arguments)
    return list(found) if function.attr in ("keys", "values", "items") else found


def _member(evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]) -> Any:
    """Mode("fast") is the member of that value."""
    found = evaluator.value(scope, node.func, names)
    if isinstance(found, EnumClass) and len(node.args) == 1:
        wanted = evaluator.value(scope, node.args[0], names)
        for member in found.unique():
            if same(member.value, wanted):
                return member
    raise unknown(scope, node)
