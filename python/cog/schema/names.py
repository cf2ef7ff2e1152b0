"""Follows names to what they stand for: through imports, aliases, the files and packages of the
project, to a definition in one of its files or to the dotted name of something outside of it.

Modules are looked up as Python does in a process whose current folder is the project: absolute
imports from there and then from the folders of the import path, relative ones in packages; a
folder without __init__.py is a package too.
"""

from __future__ import annotations

import _ast as ast
import builtins
import os

from cog.schema.record import Record
from cog.schema.scope import Definition, External, Scope, Unknown
from cog.schema.source import MAX_BYTES, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import ParamSpec, TypeVar

    from cog.schema.namespace import Binding

    P = ParamSpec("P")
    T = TypeVar("T")

MAX_FILES = 500
MAX_DEPTH = 64
MAX_STEPS = 10_000
# Known by name: a file of the project that is called like one of these cannot be meant.
_KNOWN = {
    "cog", "collections", "dataclasses", "datetime", "enum", "functools", "inspect", "math",
    "os", "pathlib", "pydantic", "sys", "textwrap", "typing", "typing_extensions",
}  # fmt: skip
# Classes that bring no attributes of their own that a constant could be.
_BARE = ("abc.", "builtins.object", "builtins.str", "builtins.int", "cog.", "enum.", "typing.")


class Project:
    """The files below `folder`, read as they are needed. `version` is the Python that will run
    them, `paths` are folders of the project where it looks for modules, too, `environment` are the
    variables that it has, `record` takes down what is looked at.
    """

    def __init__(
        self,
        folder: str,
        version: tuple[int, int],
        paths: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        record: Record | None = None,
    ) -> None:
        self.environment = environment or {}
        self._record = record or Record(folder)
        self._roots = ["", *paths]
        self._version = version
        self._files: dict[str, Source] = {}
        self._depth = self._steps = 0
        self._starring: set[tuple[str, str]] = set()

    def open(self, file: str) -> Source:
        """Return the file of the predictor; OSError when it cannot be read, Problem when it is
        not Python. It is in a package where all the folders above it say so.
        """
        file = os.path.normpath(file)
        if file in self._files:
            return self._files[file]
        folders = file.split(os.sep)[:-1]
        marks = [os.path.join(*folders[: i + 1], "__init__.py") for i in range(len(folders))]
        packed = all(self._record.is_file(mark) for mark in marks)
        return self._read(file, ".".join(folders) if folders and packed else None)

    def resolve(self, scope: Scope, node: ast.AST) -> External | Definition | Source:
        """Return what a name or a dotted name stands for; Unknown when that cannot be read."""
        if isinstance(node, ast.Name):
            found = self._nested(node.id, self._lookup, scope, node.id)
        elif isinstance(node, ast.Attribute):
            found = self._nested(node.attr, self._attribute, scope, node)
        else:
            return Definition(scope, node)
        if isinstance(found, Definition) and isinstance(found.node, ast.Name | ast.Attribute):
            return self._nested(_last(node), self.resolve, found.scope, found.node)
        return found

    def name(self, scope: Scope, node: ast.AST) -> str | None:
        """Return the dotted name of something outside of the project, None for anything else."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        try:
            found = self.resolve(scope, node)
        except Unknown:
            return None
        return found.name if isinstance(found, External) else None

    def member(self, definition: Definition, name: str) -> Definition | None:
        """Return what the body of a class, without its bases, binds to a name."""
        assert isinstance(definition.node, ast.ClassDef)
        scope = definition.scope.inside(definition.node)
        found = self._bound(scope, name)
        return found if isinstance(found, Definition) else None

    def ancestry(self, definition: Definition) -> list[Definition | External]:
        """Return a class and its bases in the order in which Python looks in them (C3); what
        stands in brackets after a base is left out. Unknown when a base cannot be read.
        """
        assert isinstance(definition.node, ast.ClassDef)
        return self._nested(definition.node.name, self._linearize, definition, definition.node)

    def _nested(self, name: str, step: Callable[P, T], *arguments: P.args, **none: P.kwargs) -> T:
        """Take one step more of those that may lead in a circle."""
        self._steps = self._steps + 1 if self._depth else 1
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise Unknown(f"'{name}' leads back to itself", certain=True)
            if self._steps > MAX_STEPS:
                raise Unknown(f"'{name}' leads to too many places")
            return step(*arguments, **none)
        finally:
            self._depth -= 1

    def _linearize(self, definition: Definition, node: ast.ClassDef) -> list[Definition | External]:
        parents: list[Definition | External] = []
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            found = self.resolve(definition.scope, plain)
            if isinstance(found, Source) or not (
                isinstance(found, External) or isinstance(found.node, ast.ClassDef)
            ):
                raise Unknown(f"'{definition.scope.text(base)}' is not a class that can be read")
            parents.append(found)
        lines: list[list[Definition | External]] = [
            self.ancestry(parent) if isinstance(parent, Definition) else [parent]
            for parent in parents
        ]
        return [definition, *_merge([*lines, parents])]

    def _module(self, dotted: str) -> Source | None:
        """Return a module of the project; None when it is none of the project's."""
        if dotted.startswith("."):
            why = "a relative import needs a package; import the file without the dot"
            raise Unknown(why, certain=True)
        parts = dotted.split(".")
        if parts[0] in _KNOWN or not all(parts):
            return None
        places = self._places(parts)
        for path in places:
            found = self._regular(path, dotted)
            if found is not None:
                return found
        for path in places:
            if self._record.is_folder(path):
                self._files[path] = Source(path, b"", dotted, self._version)
                return self._files[path]
        return None

    def _places(self, parts: list[str]) -> list[str]:
        """Return where a module may be: only in the first folder that has the package it is in."""
        for root in self._roots:
            first = os.path.join(root, parts[0])
            initial = os.path.join(first, "__init__.py")
            if self._record.is_file(initial) or self._record.is_file(f"{first}.py"):
                return [os.path.join(root, *parts)]
        return [os.path.join(root, *parts) for root in self._roots]

    def _regular(self, path: str, dotted: str) -> Source | None:
        """Return a module whose file or __init__.py is there, or a folder that was met before."""
        if path in self._files:
            return self._files[path]
        initial, single = os.path.join(path, "__init__.py"), f"{path}.py"
        for file, package in ((initial, dotted), (single, dotted.rpartition(".")[0])):
            if file in self._files:
                return self._files[file]
            if self._record.is_file(file):
                try:
                    return self._read(file, package)
                except OSError as error:
                    raise Unknown(f"{file} cannot be read: {error.strerror}") from None
        return None

    def _read(self, file: str, package: str | None) -> Source:
        if len(self._files) >= MAX_FILES:
            raise Unknown(f"the model imports more than {MAX_FILES} files")
        data = self._record.content(file, MAX_BYTES + 1)
        self._files[file] = Source(file, data, package, self._version)
        return self._files[file]

    def _attribute(self, scope: Scope, node: ast.Attribute) -> External | Definition | Source:
        owner = self.resolve(scope, node.value)
        if isinstance(owner, External):
            return External(f"{owner.name}.{node.attr}")
        if isinstance(owner, Source):
            return self._exported(owner, node.attr)
        if isinstance(owner.node, ast.ClassDef):
            found = self._inherited(owner, node.attr)
            if found is not None:
                return found
        certain = isinstance(owner.node, ast.ClassDef) and self._is_whole(owner, node.attr)
        raise Unknown(f"'{scope.text(node)}' is not defined in this project", certain)

    def _is_whole(self, owner: Definition, name: str) -> bool:
        """Whether a class has only the attributes that its text gives it, if it is called so."""
        bases = [base.name for base in self.ancestry(owner) if isinstance(base, External)]
        return not name.startswith("_") and all(base.startswith(_BARE) for base in bases)

    def _inherited(self, owner: Definition, name: str) -> Definition | None:
        for definition in self.ancestry(owner):
            if isinstance(definition, Definition):
                found = self.member(definition, name)
                if found is not None:
                    return found
        return None

    def _lookup(self, scope: Scope, name: str) -> External | Definition | Source:
        """Look a name up in the body of a class, the module around it and what is built in."""
        found = None
        if scope.space is not scope.source.space:
            found = self._bound(scope, name)
        found = found or self._global(scope.source, name)
        if found is not None:
            return found
        if hasattr(builtins, name):
            return External(f"builtins.{name}")
        raise Unknown(f"'{name}' is not defined in {scope.source.name}", certain=True)

    def _exported(self, module: Source, name: str) -> External | Definition | Source:
        """Look a name up in a module from outside: what it binds, or one of its submodules."""
        found = self._global(module, name)
        is_package = os.path.basename(module.name) == "__init__.py" or module.name[-3:] != ".py"
        if found is None and is_package:
            found = self._module(f"{module.package}.{name}")
        if found is None:
            raise Unknown(f"{module.name} defines no '{name}'")
        return found

    def _global(self, module: Source, name: str) -> External | Definition | Source | None:
        """Look a name up in what a module itself binds and imports with a star; the last wins."""
        bound = self._bound(Scope(module), name)
        if bound is None:
            return self._starred(module, name)
        mine = module.space.bindings(name)[-1].line
        for dotted, line in module.space.stars:
            starred = self._module(dotted) if line > mine else None
            later = starred and self._nested(name, self._global, starred, name)
            if later is not None and _identity(later) != _identity(bound):
                text = f"'{name}' is assigned more than once, on lines {mine} and {line}"
                raise Unknown(text)
        return bound

    def _starred(self, module: Source, name: str) -> External | Definition | Source | None:
        """Look a name up in what `from … import *` gives a module; a circle gives nothing."""
        key = (module.name, name)
        if name.startswith("_") or key in self._starring:
            return None
        self._starring.add(key)
        try:
            for dotted, _ in reversed(module.space.stars):
                starred = self._module(dotted)
                if starred is not None:
                    found = self._bound(Scope(starred), name) or self._starred(starred, name)
                elif not hasattr(builtins, name):
                    found = External(f"{dotted}.{name}")
                else:
                    found = None
                if found is not None:
                    return found
        finally:
            self._starring.discard(key)
        return None

    def _bound(self, scope: Scope, name: str) -> External | Definition | Source | None:
        bindings = scope.space.bindings(name)
        found = [self._follow(scope, binding) for binding in bindings]
        if len(found) > 1 and len({_identity(item) for item in found}) > 1:
            lines = " and ".join(str(binding.line) for binding in bindings[:2])
            raise Unknown(f"'{name}' is assigned more than once, on lines {lines}")
        if name in scope.space.changed and bindings:
            line = scope.space.changed[name]
            raise Unknown(f"'{name}' is changed on line {line} of {scope.source.name}")
        return found[0] if found else None

    def _follow(self, scope: Scope, binding: Binding) -> External | Definition | Source:
        if binding.node is not None:
            return Definition(scope, binding.node)
        if binding.module is None:
            raise Unknown(f"what line {binding.line} of {scope.source.name} assigns is not known")
        module = self._module(binding.module)
        dotted = binding.module if binding.name is None else f"{binding.module}.{binding.name}"
        if module is None:
            return External(dotted)
        if binding.name is None:
            return module
        if module is scope.source:
            # `from . import name` in the __init__.py of a package.
            inner = self._module(f"{module.package}.{binding.name}")
            if inner is None:
                raise Unknown(f"{module.name} imports '{binding.name}' from itself")
            return inner
        return self._nested(binding.name, self._exported, module, binding.name)


def _merge(lines: list[list[Definition | External]]) -> Iterator[Definition | External]:
    """Take the first head that is in no tail, again and again, as Python does."""
    lines = [list(line) for line in lines if line]
    while lines:
        for line in lines:
            tails = {_identity(item) for other in lines for item in other[1:]}
            if _identity(line[0]) not in tails:
                break
        else:
            raise Unknown("its bases cannot be put in order", certain=True)
        yield line[0]
        taken = _identity(line[0])
        lines = [[item for item in other if _identity(item) != taken] for other in lines]
        lines = [other for other in lines if other]


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _identity(found: External | Definition | Source) -> object:
    if isinstance(found, External):
        return found.name
    return found.node if isinstance(found, Definition) else found
