"""What is installed, as `pip freeze` lists it."""

import json
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

# Of a line, or in a comment of one that is editable.
NAME = re.compile(r"(?:^# Editable .*\(|^)([A-Za-z0-9][-_.A-Za-z0-9]*)")
# What pip leaves out.
HIDDEN = {"pip"} if sys.version_info >= (3, 12) else {"distribute", "pip", "setuptools", "wheel"}


def url_of(distribution: metadata.Distribution) -> dict[str, object] | None:
    """Where it is from, when it is from no index (PEP 610)."""
    text = distribution.read_text("direct_url.json")
    found = json.loads(text) if text else None
    return found if isinstance(found, dict) else None


def reference(url: dict[str, object]) -> str:
    """A URL as a requirement has it."""
    text, fragments = str(url["url"]), []
    vcs, archive = url.get("vcs_info"), url.get("archive_info")
    if isinstance(vcs, dict):
        text = f"{vcs['vcs']}+{text}@{vcs['commit_id']}"
    if isinstance(archive, dict) and archive.get("hash"):
        fragments.append(archive["hash"])
    if url.get("subdirectory"):
        fragments.append(f"subdirectory={url['subdirectory']}")
    return text + ("#" + "&".join(fragments) if fragments else "")


def lines(distribution: metadata.Distribution) -> list[str]:
    """A distribution's line, or those of one that is editable."""
    name, url = distribution.metadata["Name"], url_of(distribution)
    if not url:
        return [f"{name}=={distribution.version}"]
    folder = url.get("dir_info")
    if isinstance(folder, dict) and folder.get("editable"):
        comment = f"# Editable install with no version control ({name}=={distribution.version})"
        return [comment, f"-e {urlsplit(str(url['url'])).path}"]
    return [f"{name} @ {reference(url)}"]


def listed(distributions: Iterable[metadata.Distribution]) -> list[str]:
    """The lines of an environment."""
    found: dict[str, metadata.Distribution] = {}
    for distribution in distributions:
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normalized(name), distribution)
    kept = [distribution for name, distribution in found.items() if name not in HIDDEN]
    return [line for distribution in kept for line in lines(distribution)]


def normalized(name: str) -> str:
    """The name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def merged(mine: list[str], others: list[str]) -> list[str]:
    """Both in pip's order; of `others` each is NAME==VERSION. A comment goes with the next line."""
    groups: list[list[str]] = [[line] for line in others]
    comment: list[str] = []
    for line in mine:
        comment.append(line)
        if not line.startswith("#"):
            groups.append(comment)
            comment = []
    return [line for group in sorted(groups, key=place) for line in group]


def place(group: list[str]) -> str:
    """What a line, or that behind a comment, is sorted by."""
    found = NAME.search(group[0])
    return found[1].lower() if found else ""


def write(folder: Path, others: list[str], path: list[str] | None = None) -> None:
    """Lists the packages of this Python, or of those folders, and others in a file."""
    metadata.MetadataPathFinder().invalidate_caches()  # which go by the times of folders
    there = metadata.distributions(path=path) if path else metadata.distributions()
    text = "".join(f"{line}\n" for line in merged(listed(there), others))
    (folder / "pip-freeze.txt").write_text(text)
