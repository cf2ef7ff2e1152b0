"""The environment /venv, and its layers.

A layer is a /venv with a part of the packages, the lowest with what makes it an environment, too.
Laid over each other they are what one installation would have made.
"""

import shutil
import sys
import venv
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

VENV = Path("/venv")
PYTHON = str(VENV / "bin/python")
SITE = VENV / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def empty() -> None:
    """Leaves the folder alone."""
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()


def create() -> set[Path]:
    """Makes an environment without pip; its files and links."""
    venv.EnvBuilder(symlinks=True).create(VENV)
    return {path for path in VENV.rglob("*") if path.is_symlink() or not path.is_dir()}


def strip(skeleton: set[Path]) -> None:
    """Leaves only what was installed."""
    for path in skeleton:
        path.unlink()
    remove_empty(VENV)


def remove_empty(top: Path) -> None:
    """Removes folders in which there is nothing, but for `top` itself."""
    for path in sorted(top.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def installed() -> Iterator[tuple[str, metadata.Distribution]]:
    """What /venv has, by normalized name."""
    for distribution in metadata.distributions(path=[str(SITE)]):
        name = distribution.metadata["Name"] or ""
        yield name.lower().replace("_", "-").replace(".", "-"), distribution


def names() -> list[str]:
    """The names of what /venv has."""
    return [name for name, _ in installed()]


def remove(unwanted: list[str]) -> None:
    """Removes distributions from /venv."""
    for name, distribution in list(installed()):
        if name in unwanted:
            for file in distribution.files or []:
                path = Path(str(distribution.locate_file(file)))
                path.unlink(missing_ok=True)
                shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
    if unwanted:
        remove_empty(SITE)


def clean() -> None:
    """Removes what uv leaves for itself: its lock, and notes of its cache, which have the time."""
    (VENV / ".lock").unlink(missing_ok=True)
    for path in SITE.glob("*.dist-info/uv_cache.json"):
        record = path.with_name("RECORD")
        entry = f"{path.parent.name}/{path.name},"
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith(entry)))
        path.unlink()
