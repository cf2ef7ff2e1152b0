"""What is wrong with the user's files, and where. Lines and columns count from 1, columns in code
points; 0: unknown.
"""

from __future__ import annotations

from collections.abc import Iterable


class Place:
    """A place in a text file."""

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str, line: int = 0, column: int = 0) -> None:
        self.file = file
        self.line = line
        self.column = column

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *numbers])


class Problem(Exception):
    """One thing that is wrong. Its text is the line to print. `dynamic`: what cannot be read, where
    nothing may be wrong and running the file would tell; None for anything else.
    """

    def __init__(self, place: Place, code: str, message: str, dynamic: str | None = None) -> None:
        super().__init__(f"{place}: error: {message} [schema.{code}]")
        self.place = place
        self.code = code
        self.dynamic = dynamic


class Refused(Exception):
    """All that is wrong, in the order of the text; what two inputs run into is told once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        by_text = {str(problem): problem for problem in problems}
        self.problems = sorted(by_text.values(), key=_position)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _position(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line, problem.place.column
