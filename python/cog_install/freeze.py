"""What is installed, as `pip freeze` lists it."""

import glob
import json
import sys
from collections.abc import Iterable
from importlib import metadata
from urllib.parse import urlsplit

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


def freeze(server: str = "/opt/cog") -> list[str]:
    """All lines, in pip's order: the model's, then those of the server, which has an environment of
    its own.
    """
    folders = glob.glob(f"{glob.escape(server)}/lib/python*/site-packages")
    others = listed(metadata.distributions(path=folders)) if folders else []
    heading = [f"# The server's, in {server}"] if others else []
    return [*listed(metadata.distributions()), *heading, *others]


def listed(distributions: Iterable[metadata.Distribution]) -> list[str]:
    """The lines of one environment."""
    found: dict[str, metadata.Distribution] = {}
    for distribution in distributions:
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name.lower().replace("_", "-").replace(".", "-"), distribution)
    kept = [found[name] for name in sorted(found) if name not in HIDDEN]
    return [line for distribution in kept for line in lines(distribution)]
