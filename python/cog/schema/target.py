"""Finds the function behind a reference `predict.py:Predictor` or `predict.py:function` in the
text of the project.
"""

from __future__ import annotations

import _ast as ast

from cog.schema.problem import Place, Problem
from cog.schema.scope import Definition, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.schema.constant import Constants
    from cog.schema.names import Project

    Function = ast.FunctionDef | ast.AsyncFunctionDef


class Target:
    """The function that predicts or trains. `bound`: its first parameter is `self`.

    `streaming` and `concurrency` are what its decorators @streaming and @concurrent(max=…) say.
    """

    def __init__(self, scope: Scope, function: Function, bound: bool) -> None:
        self.scope = scope
        self.function = function
        self.bound = bound
        self.streaming = False
        self.concurrency: int | None = None


def find(
    project: Project,
    constants: Constants,
    reference: str,
    place: Place,
    methods: tuple[str, ...],
) -> Target:
    """Problem at `place` when the reference leads nowhere, in the file when its text is wrong."""
    file, separator, name = reference.partition(".py:")
    if not separator or not file or not name.isidentifier():
        text = f"'{reference}' is not of the form predict.py:Predictor"
        raise Problem(place, "reference", text)
    try:
        scope = Scope(project.open(f"{file}.py"))
    except OSError as error:
        raise Problem(place, "reference", f"cannot read {file}.py: {error.strerror}") from None
    found = _named(project, scope, name)
    if found is None:
        known = ", ".join(_definitions(scope)) or "none"
        text = f"{file}.py has no class or function '{name}'"
        made = scope.space.bindings(name) or scope.space.stars
        raise Problem(place, "reference", f"{text}; it has: {known}", text if made else None)
    if isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
        target = Target(found.scope, found.node, bound=False)
    else:
        target = _method(project, found, methods)
    if target.function.decorator_list:
        from cog.schema.decorator import Decorators

        Decorators(project, constants, target).read()
    return target


def _named(project: Project, scope: Scope, name: str) -> Definition | None:
    try:
        found = project.resolve(scope, ast.Name(name, ast.Load()))
    except Unknown:
        return None
    callable_nodes = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(found, Definition) and isinstance(found.node, callable_nodes):
        return found
    return None


def _definitions(scope: Scope) -> list[str]:
    names = []
    for name in scope.space.names():
        for binding in scope.space.bindings(name)[-1:]:
            if isinstance(binding.node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.append(name)
    return names


def _method(project: Project, definition: Definition, methods: tuple[str, ...]) -> Target:
    """Look the method up in the class and its bases in this project."""
    node = definition.node
    assert isinstance(node, ast.ClassDef)
    found: dict[str, Definition] = {}
    outside = None
    try:
        for owner in project.ancestry(definition):
            if not isinstance(owner, Definition):
                known = owner.name.startswith(("builtins.", "cog.", "typing.", "abc."))
                outside = outside or (None if known else owner.name)
                continue
            for name in methods:
                method = project.member(owner, name)
                if method is not None:
                    found.setdefault(name, method)
    except Unknown as unknown:
        text = f"the bases of class {node.name} cannot be read: {unknown}"
        why = None if unknown.certain else text
        raise definition.scope.problem(node, "signature", text, why) from None
    wanted = " or ".join(methods)
    if len(found) > 1:
        second = found[methods[1]]
        text = f"class {node.name} has both {' and '.join(methods)}; keep one"
        raise second.scope.problem(second.node, "signature", text)
    for name, method in found.items():
        if not isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
            text = f"{name} is not a function written with def"
            raise method.scope.problem(method.node, "signature", text, text)
        return Target(method.scope, method.node, bound=True)
    text = f"class {node.name} has no method {wanted}"
    why = None
    if outside is not None:
        why = f"what class {node.name} may inherit from '{outside}' cannot be read"
        text += f"; what it may inherit from '{outside}' cannot be read: write it here"
    raise definition.scope.problem(node, "signature", text, why)
