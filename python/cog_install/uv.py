"""The uv that installs, and how it is called to do what pip would."""

import os
import sys
from pathlib import Path

from .program import Failed, status_of
from .timing import timed

CACHE = "/root/.cache/uv"
NEEDED = 100 << 20  # bytes; with less, it is the disk that uv cannot be had for


def fetch(target: Path, options: list[str]) -> None:
    """Puts the uv whose digest is known into a folder; nothing where it cannot be had, and then pip
    installs, which is slower.
    """
    pinned = Path(__file__).with_name("uv.txt")
    common = ["--disable-pip-version-check", "--no-compile", "--progress-bar=off", "--quiet"]
    exact = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--root-user-action=ignore"]
    into = [f"--target={target}", f"--requirement={pinned}"]
    with timed("Prepared uv"):
        status = status_of(
            [sys.executable, "-m", "pip", "install", *common, *exact, *into, *options]
        )
    disk = os.statvfs(target.parent)
    if status and disk.f_bavail * disk.f_frsize < NEEDED:
        raise Failed(status)
    if status:
        version = pinned.read_text().split()[0]
        print(
            f"cog: warning: {version} cannot be had, so pip installs, which is slower; "
            "--no-cache=uv tries again",
            flush=True,
        )
    target.mkdir(parents=True, exist_ok=True)


def program(folder: Path) -> str:
    """The path of uv; "": there is none."""
    path = folder / "bin/uv"
    return str(path) if path.exists() else ""


def environment(variables: dict[str, str]) -> dict[str, str]:
    """Every index counts, as with pip; files are copies, because the cache is on another disk."""
    return {
        **os.environ,
        "UV_CACHE_DIR": CACHE,
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_LINK_MODE": "copy",
        "UV_NO_CONFIG": "1",
        "UV_NO_PROGRESS": "1",
        "UV_PREVIEW_FEATURES": "pylock",
        "UV_PYTHON_DOWNLOADS": "never",
        **variables,
    }
