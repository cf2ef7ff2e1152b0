"""The functions, methods, f-strings and comprehensions that cog.schema.evaluator understands: those
that give the same result on every run, and no more than they are given.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.constant import unknown
from cog.schema.evaluator import MAX_LENGTH, EnumClass, Evaluator, same, unwrapped
from cog.schema.scope import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


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


def _join(*parts: str) -> str:
    import posixpath

    return posixpath.join(*parts)


def _basename(path: str) -> str:
    return path.rpartition("/")[2]


def _split(path: str) -> tuple[str, str]:
    import posixpath

    return posixpath.splitext(path)


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
    "textwrap.dedent": _dedent, "inspect.cleandoc": _cleandoc, "os.path.join": _join,
    "os.path.basename": _basename, "os.path.splitext": _split,
}  # fmt: skip
_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}
_VARIABLES = ("os.getenv", "os.environ.get")
# Beginnings of the names of variables that an image may have without being told to by cog.yaml.
_SET_BY_IMAGES = (
    "COG_", "CUDA", "GPG_", "HOME", "HOSTNAME", "LANG", "LC_", "LD_", "LIBRARY_", "NCCL", "NV",
    "PATH", "PIP", "PWD", "PYTHON", "SSL_", "TMPDIR", "USER", "UV_", "VIRTUAL_ENV",
)  # fmt: skip
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
    if not _is_shown(item) or sum(letter.isdigit() for letter in spec) > 3:
        raise unknown(scope, node.value)
    if node.conversion != -1:
        item = _CONVERSIONS[node.conversion](item)
    return format(item, spec)


def _call(evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]) -> Any:
    name = (evaluator.name(scope, node.func) or "").removeprefix("builtins.")
    if name in _COLLECTIONS or name in _FUNCTIONS:
        return _builtin(evaluator, scope, node, names, name)
    if name in _VARIABLES:
        return _variable(evaluator, scope, node, names)
    if name:
        raise unknown(scope, node)
    entered = evaluator.enter(Scope(scope.source, scope.space, names), node)
    if entered is not None:
        return evaluator.value(*entered, entered[0].names)
    if isinstance(node.func, ast.Attribute):
        return _method(evaluator, scope, node, node.func, names)
    if isinstance(node.func, ast.Name) and not node.keywords:
        return _member(evaluator, scope, node, names)
    raise unknown(scope, node)


def _keywords(
    evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]
) -> dict[str, Any]:
    keywords = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise unknown(scope, node)
        keywords[keyword.arg] = evaluator.value(scope, keyword.value, names)
    return keywords


def _builtin(
    evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any], name: str
) -> Any:
    keywords = _keywords(evaluator, scope, node, names)
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
    if name == "str" and not _is_shown(arguments[0]):
        raise unknown(scope, node)
    return _FUNCTIONS[name](*arguments, **keywords)


def _variable(evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]) -> Any:
    """Read a variable of the environment: what cog.yaml sets, or else the default."""
    keywords = _keywords(evaluator, scope, node, names)
    name, *rest = evaluator.items(scope, node.args, names)
    found = evaluator.variable(name)
    if "${" in (found or "") or (found is None and name.startswith(_SET_BY_IMAGES)):
        raise unknown(scope, node)
    if found is not None:
        return found
    return [*rest, keywords.get("default")][0]


def _is_shown(item: Any) -> bool:
    """Whether the text of a value is the same everywhere."""
    if isinstance(item, list | tuple):
        return all(map(_is_shown, item))
    return item is None or isinstance(item, str | int | float)


def _method(
    evaluator: Evaluator,
    scope: Scope,
    node: ast.Call,
    function: ast.Attribute,
    names: dict[str, Any],
) -> Any:
    owner = unwrapped(evaluator.value(scope, function.value, names))
    if function.attr == "format" and isinstance(owner, str):
        return _fill(evaluator, scope, node, owner, names)
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


def _fill(
    evaluator: Evaluator, scope: Scope, node: ast.Call, text: str, names: dict[str, Any]
) -> str:
    """Fill in a text with plain fields: {}, {0} and {name}."""
    arguments = evaluator.items(scope, node.args, names)
    keywords = _keywords(evaluator, scope, node, names)
    fields = text.replace("{{", "").split("{")[1:]
    plain = all(
        field.partition("}")[0].isidentifier() or field[:1] == "}" or field[1:2] == "}"
        for field in fields
    )
    if not plain or not _is_shown([*arguments, *keywords.values()]) or len(fields) > 100:
        raise unknown(scope, node)
    return text.format(*arguments, **keywords)


def _member(evaluator: Evaluator, scope: Scope, node: ast.Call, names: dict[str, Any]) -> Any:
    """Mode("fast") is the member of that value."""
    found = evaluator.value(scope, node.func, names)
    if isinstance(found, EnumClass) and len(node.args) == 1:
        wanted = evaluator.value(scope, node.args[0], names)
        for member in found.unique():
            if same(member.value, wanted):
                return member
    raise unknown(scope, node)
