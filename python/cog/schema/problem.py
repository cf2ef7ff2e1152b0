"""What is wrong with the user's files, and where. Lines and columns count from 1, columns in code
points; 0: unknown.
"""

from typing import NamedTuple


class Place(NamedTuple):
    """A place in a text file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in self[1:] if number)])


class Problem(Exception):
    """One thing that is wrong. Its text is the line to print."""

    def __init__(self, place: Place, code: str, message: str) -> None:
        super().__init__(f"{place}: error: {message} [schema.{code}]")
        self.place = place


class Refused(Exception):
    """All that is wrong, in the order of the text."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = sorted(problems, key=lambda problem: problem.place[1:])
