"""Programs that are run. The module subprocess takes as long to import as some of them run."""

import os


class Failed(Exception):
    """A program has failed."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def status_of(argv: list[str], environment: dict[str, str] | None = None) -> int:
    """Runs a program, by its path; its exit status, or minus the number of a signal."""
    return os.spawnve(os.P_WAIT, argv[0], argv, environment or os.environ)


def run(argv: list[str], environment: dict[str, str] | None = None) -> None:
    """Runs a program that must not fail."""
    status = status_of(argv, environment)
    if status:
        raise Failed(status)
