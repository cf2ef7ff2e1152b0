"""What the decorators of predict() say about it, and whether they leave its parameters alone."""

from __future__ import annotations

import _ast as ast

from cog.schema.scope import Definition, Scope, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cog.schema.constant import Constants
    from cog.schema.names import Project
    from cog.schema.target import Function, Target

_STATIC = {"builtins.staticmethod": False, "builtins.classmethod": True}


class Decorators:
    """The decorators of one function."""

    def __init__(self, project: Project, constants: Constants, target: Target) -> None:
        self._project = project
        self._constants = constants
        self._target = target

    def read(self) -> None:
        """Set what the decorators say; Problem for one that may change the parameters."""
        for decorator in self._target.function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            target = call.func if call else decorator
            name = self._project.name(self._target.scope, target)
            if name in _STATIC:
                self._target.bound = _STATIC[name]
            elif name == "cog.streaming":
                self._target.streaming = True
            elif name == "cog.concurrent":
                self._target.concurrency = self._concurrency(decorator, call)
            elif name is None:
                self._check_wrapper(decorator, target)

    def _concurrency(self, decorator: ast.expr, call: ast.Call | None) -> int:
        scope = self._target.scope
        match call.args if call else [], call.keywords if call else []:
            case [], []:
                return 1
            case [], [ast.keyword("max", value)]:
                number = self._constants.evaluate(scope, value)
                if type(number) is not int or number < 1:
                    text = "max must be a whole number, 1 or more"
                    raise scope.problem(value, "signature", text)
                if number > 1 and not isinstance(self._target.function, ast.AsyncFunctionDef):
                    text = (
                        f"only 'async def' can run more than one prediction at a time, not {number}"
                    )
                    raise scope.problem(value, "signature", text)
                return number
        raise scope.problem(decorator, "signature", "write @concurrent(max=4)")

    def _check_wrapper(self, decorator: ast.expr, target: ast.expr) -> None:
        """Refuse a decorator of the project that may hide the parameters of what it wraps."""
        scope = self._target.scope
        text = f"what '{scope.text(decorator)}' does to the inputs is not known"
        try:
            found = self._project.resolve(scope, target)
        except Unknown as unknown:
            why = None if unknown.certain else text
            raise scope.problem(decorator, "signature", f"{text}: {unknown}", why) from None
        if isinstance(found, Definition) and isinstance(found.node, ast.FunctionDef):
            functions = _functions(found.node)
            if any(self._is_wrapper(found.scope, function) for function in functions):
                return
            # What is called makes the decorator, what is not called is one.
            decorators = functions[:1] if target is decorator else functions[1:]
            if any(_gives_back(function) for function in decorators):
                return
        raise scope.problem(decorator, "signature", f"{text}; use functools.wraps in it", text)

    def _is_wrapper(self, scope: Scope, function: Function) -> bool:
        """Whether the function shows the parameters of what it wraps."""
        for decorator in function.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._project.name(scope, target) == "functools.wraps":
                return True
        return False


def _gives_back(function: Function) -> bool:
    """Whether the function returns what it is given."""
    last = function.body[-1]
    given = [argument.arg for argument in function.args.args]
    return (
        isinstance(last, ast.Return) and isinstance(last.value, ast.Name) and last.value.id in given
    )


def _functions(function: Function) -> list[Function]:
    """Return a function and those that are defined in it, at any depth."""
    found: list[Function] = [function]
    for outer in found:
        found += [
            inner
            for inner in outer.body
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    return found
