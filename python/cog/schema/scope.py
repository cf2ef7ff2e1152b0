"""What a name may stand for, and where it stands."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.namespace import Namespace
    from cog.schema.problem import Problem
    from cog.schema.source import Source

_CANONICAL = (
    ("cog.base_predictor.", "cog."),
    ("cog.exceptions.", "cog."),
    ("cog.predictor.", "cog."),
    ("cog.server.exceptions.", "cog."),
    ("cog.server.scope.", "cog."),
    ("cog.types.", "cog."),
    ("typing_extensions.", "typing."),
    ("collections.abc.", "typing."),
    ("pydantic.main.", "pydantic."),
    ("pydantic.fields.", "pydantic."),
)


class Unknown(Exception):
    """A name does not lead to anything that can be read; the text says why. `certain`: it leads
    nowhere when the file runs, either.
    """

    def __init__(self, why: str, certain: bool = False) -> None:
        super().__init__(why)
        self.certain = certain


class External:
    """Something outside of the project: `typing.List`, `cog.Path`, `builtins.str`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        for old, new in _CANONICAL:
            if name.startswith(old):
                name = new + name[len(old) :]
        self.name = name


class Scope:
    """Where an expression stands: in a file and, with `space`, in the body of a class. `names` are
    the values of the parameters and variables of a function that it stands in.
    """

    __slots__ = ("names", "source", "space")

    def __init__(
        self,
        source: Source,
        space: Namespace | None = None,
        names: dict[str, Any] | None = None,
    ) -> None:
        self.source = source
        self.space = space or source.space
        self.names = names or {}

    def inside(self, definition: ast.ClassDef) -> Scope:
        """Return the scope of the body of a class."""
        return Scope(self.source, self.source.class_space(definition))

    def problem(
        self, node: ast.AST, code: str, message: str, dynamic: str | None = None
    ) -> Problem:
        """Make the message about `node`; the caller raises it."""
        return self.source.problem(node, code, message, dynamic)

    def text(self, node: ast.AST) -> str:
        """Return the source of `node`."""
        return self.source.text(node)


class Definition:
    """A class, a function, a `type` statement or an expression, and the scope it stands in."""

    __slots__ = ("node", "scope")

    def __init__(self, scope: Scope, node: ast.AST) -> None:
        self.scope = scope
        self.node = node
