"""Finds the function behind a reference `predict.py:Predictor` or `predict.py:function` in the
text of the file.
"""

import ast
from typing import NamedTuple

from cog.schema.problem import Place, Problem
from cog.schema.source import Source, parse

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Target(NamedTuple):
    """The function that predicts, and whether its first parameter is `self`."""

    source: Source
    function: Function
    method: bool


def find(folder: str, reference: str, place: Place) -> Target:
    """Problem at `place` when the reference leads nowhere, in the file when its text is wrong."""
    file, separator, name = reference.partition(".py:")
    if not separator or not file or not name.isidentifier():
        text = f"'{reference}' is not of the form predict.py:Predictor"
        raise Problem(place, "reference", text)
    try:
        source = parse(folder, f"{file}.py")
    except OSError as error:
        raise Problem(place, "reference", f"cannot read {file}.py: {error.strerror}") from None
    if name in source.functions:
        return Target(source, source.functions[name], method=False)
    if name in source.classes:
        return _method(source, source.classes[name])
    known = ", ".join([*source.classes, *source.functions]) or "none"
    text = f"{file}.py has no class or function '{name}'; it has: {known}"
    raise Problem(place, "reference", text)


def _method(source: Source, definition: ast.ClassDef) -> Target:
    found: dict[str, Function] = {}
    for owner in _ancestry(source, definition):
        for item in owner.body:
            if isinstance(item, Function) and item.name in ("predict", "run"):
                found.setdefault(item.name, item)
    if len(found) > 1:
        text = f"class {definition.name} has both predict and run; keep one"
        raise source.problem(found["run"], "signature", text)
    for function in found.values():
        if any(source.qualify(d) == "builtins.staticmethod" for d in function.decorator_list):
            return Target(source, function, method=False)
        return Target(source, function, method=True)
    text = f"class {definition.name} has no method predict or run"
    raise source.problem(definition, "signature", text)


def _ancestry(source: Source, definition: ast.ClassDef) -> list[ast.ClassDef]:
    """Return the class and its bases in this file, nearest first."""
    line = [definition]
    for owner in line:
        for base in owner.bases:
            parent = source.classes.get(base.id) if isinstance(base, ast.Name) else None
            if parent is not None and parent not in line:
                line.append(parent)
    return line
