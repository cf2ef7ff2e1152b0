"""One Python file as text: its syntax tree, places in it, and what its names are bound to.

_ast is module ast without the helpers written in Python, which cost more than all that is used.
"""

from __future__ import annotations

import _ast as ast
import warnings

from cog.schema.namespace import Namespace
from cog.schema.problem import Place, Problem

MAX_BYTES = 4 << 20
_SHOWN = 60

# The last Python whose syntax is known here, and how what came after 3.10 begins: except* and
# except without brackets, a star in an index or an annotation, parameters of types, type
# statements, and strings with expressions, of which messages tell, too.
_KNOWN = (3, 14)
_NEWER = (
    r"\bexcept\b[^:(]*[*,]|[\[,:]\s*\*|\b(def|class)\s+\w+\s*\[|\btype\s+[\w\\]"
    r"|\b([rR]?[fFtT]|[fFtT][rR])[\"']|f-string"
)
# What no Python will ever read.
_NEVER = ("was never closed", "indent", "unexpected EOF")


class Source:
    """A parsed file. `name` is how messages call it; `package` is what its relative imports are
    relative to, None where it is in no package. `version` decides `if sys.version_info …`.
    """

    def __init__(
        self, name: str, data: bytes, package: str | None, version: tuple[int, int]
    ) -> None:
        self.name = name
        self.package = package
        self.version = version
        self._data = data
        self._lines: list[bytes] | None = None
        if len(data) > MAX_BYTES:
            raise self._invalid(1, 1, f"a source of more than {MAX_BYTES >> 20} MiB is not read")
        self.space = Namespace(self._parse().body, package, version)
        self._classes: dict[ast.ClassDef, Namespace] = {}

    def class_space(self, definition: ast.ClassDef) -> Namespace:
        """Return what the names in the body of a class are bound to."""
        if definition not in self._classes:
            space = Namespace(definition.body, self.package, self.version)
            self._classes[definition] = space
        return self._classes[definition]

    def text(self, node: ast.AST) -> str:
        """Return the source of an expression, as one line, for a message."""
        line, start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line, end = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", 0)
        lines = self._line(line, end_line)
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = " ".join(b" ".join(lines).decode(errors="replace").split())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

    def problem(
        self, node: ast.AST, code: str, message: str, dynamic: str | None = None
    ) -> Problem:
        """Make the message about `node`; the caller raises it."""
        line, offset = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        if not line:
            return Problem(Place(self.name), code, message, dynamic)
        # ast counts bytes of UTF-8.
        before = self._line(line, line)[0][:offset].decode(errors="ignore")
        return Problem(Place(self.name, line, len(before) + 1), code, message, dynamic)

    def unquote(self, node: ast.expr) -> ast.expr:
        """Parse an annotation written as a string, so that its parts have the places they have
        in the file.
        """
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return node
        # The bracket lets the expression begin anywhere; on the first line it is a column itself.
        padding = "\n" * (node.lineno - 1) + " " * (node.col_offset + (node.lineno > 1))
        try:
            inner = compile(f"({padding}{node.value})", self.name, "eval", ast.PyCF_ONLY_AST, True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self.problem(node, "type", f"{self.text(node)} is not a type") from None
        assert isinstance(inner, ast.Expression)
        return inner.body

    def _parse(self) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = compile(self._data, self.name, "exec", ast.PyCF_ONLY_AST, True)
        except SyntaxError as error:
            wrong = self._decoded_error() or error
            newer = self._newer(wrong)
            raise self._invalid(wrong.lineno or 1, wrong.offset or 1, wrong.msg, newer) from None
        except (ValueError, RecursionError, MemoryError) as error:
            # Null bytes, bytes not of the declared encoding, nesting beyond the parser's reach.
            raise self._invalid(1, 1, str(error)) from None
        assert isinstance(tree, ast.Module)
        return tree

    def _decoded_error(self) -> SyntaxError | None:
        """Return the error with its column in code points: in bytes it is counted in bytes."""
        from importlib.util import decode_source

        try:
            compile(decode_source(self._data), self.name, "exec", ast.PyCF_ONLY_AST, True)
        except SyntaxError as error:
            return error
        except ValueError:
            pass
        return None

    def _newer(self, error: SyntaxError) -> str | None:
        """Say what cannot be read, if the Python of the model might read it."""
        import re
        import sys

        mine, theirs = sys.version_info[:2], self.version
        if theirs <= mine or any(text in error.msg for text in _NEVER):
            return None
        line = error.lineno or 1
        lines = self._line(max(line - 1, 1), max(error.end_lineno or line, line))
        text = b"\n".join([*lines, error.msg.encode()]).decode(errors="replace")
        if theirs <= _KNOWN and not re.search(_NEWER, text):
            return None
        return f"this may be Python {theirs[0]}.{theirs[1]}, and is not Python {mine[0]}.{mine[1]}"

    def _invalid(self, line: int, column: int, why: str, newer: str | None = None) -> Problem:
        import sys

        python = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        place = Place(self.name, line, max(column, 1))
        dynamic = newer and f"{newer}: {why}"
        return Problem(place, "syntax", f"not valid {python}: {why}", dynamic)

    def _line(self, first: int, last: int) -> list[bytes]:
        if self._lines is None:
            from importlib.util import decode_source

            try:
                text = decode_source(self._data)
            except (SyntaxError, UnicodeDecodeError):
                # The parser does not mind what comments are written in.
                text = self._data.decode("latin-1")
            # Split as the parser counts lines: form feeds and the like do not end one.
            self._lines = text.encode().split(b"\n")
        return self._lines[first - 1 : last] or [b""]
