"""What is installed, as `pip freeze` lists it."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

# Of a line, or in a comment of one that is editable.
NAME = re.compile(r"(?:^# Editable .*\(|^)([A-Za-z0-9][-_.A-Za-z0-9]*)")
# What pip leaves out.
HIDDEN = {"pip"} if sys.version_info >= (3, 12) else {"distribute", "pip", "setuptools", "wheel"}


# What importlib.metadata has to read.
OLDER = (".egg-info", ".egg-link", ".egg")
HEADER = re.compile(r"^(Name|Version):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


class Installed:
    """A distribution."""

    def __init__(self, name: str, version: str, url: str | None) -> None:
        self.name, self.version = name, version
        self.url = url  # the text of its direct_url.json (PEP 610)


def in_folder(site: Path) -> Iterator[Installed]:
    """What a folder has. To import importlib.metadata takes as long as a small installation, so it
    only reads what is in another form than that of today.
    """
    there = os.listdir(site) if site.exists() else []
    if any(name.endswith(OLDER) for name in there):
        yield from in_path([str(site)])
        return
    for info in sorted(site / name for name in there if name.endswith(".dist-info")):
        try:
            text = (info / "METADATA").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue
        headers = dict(reversed(HEADER.findall(text.partition("\n\n")[0])))
        source = info / "direct_url.json"
        url = source.read_text(encoding="utf-8") if source.exists() else None
        yield Installed(headers.get("Name", ""), headers.get("Version", ""), url)


def in_path(path: list[str]) -> Iterator[Installed]:
    """What the folders of a path have."""
    from importlib import metadata

    metadata.MetadataPathFinder().invalidate_caches()  # which go by the times of folders
    for found in metadata.distributions(path=path):
        name, url = found.metadata["Name"] or "", found.read_text("direct_url.json")
        yield Installed(name, found.version, url)


def names(site: Path) -> list[str]:
    """The normalized names of what a folder has."""
    return [normalized(found.name) for found in in_folder(site)]


def url_of(distribution: Installed) -> dict[str, object] | None:
    """Where it is from, when it is from no index."""
    if not distribution.url:
        return None
    import json

    found = json.loads(distribution.url)
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


def lines(distribution: Installed) -> list[str]:
    """A distribution's line, or those of one that is editable."""
    name, url = distribution.name, url_of(distribution)
    if not url:
        return [f"{name}=={distribution.version}"]
    folder = url.get("dir_info")
    if isinstance(folder, dict) and folder.get("editable"):
        from urllib.parse import urlsplit

        comment = f"# Editable install with no version control ({name}=={distribution.version})"
        return [comment, f"-e {urlsplit(str(url['url'])).path}"]
    return [f"{name} @ {reference(url)}"]


def listed(distributions: Iterable[Installed]) -> list[str]:
    """The lines of an environment."""
    found: dict[str, Installed] = {}
    for distribution in distributions:
        if distribution.name:
            found.setdefault(normalized(distribution.name), distribution)
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


def write(folder: Path, others: list[str], site: Path | None = None) -> None:
    """Lists the packages of a folder, or of this Python, and others in a file."""
    there = in_folder(site) if site else in_path(sys.path)
    text = "".join(f"{line}\n" for line in merged(listed(there), others))
    (folder / "pip-freeze.txt").write_text(text)
