"""Tells of files that two packages have with different content: the one installed last is there."""

import csv
from pathlib import Path

from . import freeze

# FILE -> the distribution that lists it, and the hash that it lists.
Owners = dict[str, tuple[str, str]]


def warn(site: Path) -> None:
    """Prints a line for each two packages of a folder that clash. Installers only overwrite."""
    owners: Owners = {}
    clashes: dict[tuple[str, str], list[str]] = {}
    for record in sorted(site.glob("*.dist-info/RECORD")):
        for path, other in compare(record, owners):
            name = record.parent.name
            clashes.setdefault((named(other), named(name)), []).append(path)
    for (one, two), paths in clashes.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        print(
            f"cog: warning: {one} and {two} both have {paths[0]}{more}, with different content; "
            "only that of one of them is installed",
            flush=True,
        )


def compare(record: Path, owners: Owners) -> list[tuple[str, str]]:
    """Enters the files of a distribution; those that another one lists with another hash, and which
    distribution that is.
    """
    found = []
    with record.open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.reader(lines):
            path, digest = row[:2] if len(row) > 1 else ("", "")
            other, known = owners.setdefault(path, (record.parent.name, digest))
            if digest and known and digest != known:
                found.append((path, other))
    return found


def named(folder: str) -> str:
    """The name of the distribution whose folder is NAME-VERSION.dist-info."""
    return freeze.normalized(folder.partition("-")[0])
