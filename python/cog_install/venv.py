"""The environment /venv, and its layers.

A layer is a /venv with a part of the packages, the lowest with what makes it an environment, too.
Laid over each other they are what one installation would have made. All files of a layer have
the same time, so that it is the same layer whenever and wherever it is made.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from . import freeze, wheel

VENV = Path("/venv")
PYTHON = str(VENV / "bin/python")
GIVEN = Path("/mnt/venv")  # the environment that make() made, where a layer begins without it
SITE = wheel.site_of(VENV)
TIME = 315532800  # 1980, the first year that a zip file can have
WITH_PYTHON = ("pip",) if sys.version_info >= (3, 12) else ("pip", "setuptools")


def make() -> None:
    """Makes the environment, with pip: what `python -m venv` does, which starts pip for it."""
    wheels = [bundled(name) for name in WITH_PYTHON]
    if None in wheels:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        return
    create()
    for file in filter(None, wheels):
        wheel.unpack(file, VENV)


def bundled(name: str) -> Path | None:
    """The wheel of a package that this Python has with it."""
    found = util.find_spec("ensurepip")
    if not found or not found.origin:
        return None
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(found.origin).parent / "_bundled"]
    for folder in filter(None, folders):
        for file in sorted(Path(folder).glob(f"{name}-*-none-any.whl")):
            return file
    return None


def empty() -> None:
    """Empties /venv."""
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()


def copy() -> None:
    """Copies the one that is given."""
    shutil.copytree(GIVEN, VENV, symlinks=True)


def create(top: Path = VENV) -> set[Path]:
    """Makes an environment without pip; its files and links."""
    venv.EnvBuilder(symlinks=True).create(top)
    return {path for path in top.rglob("*") if path.is_symlink() or not path.is_dir()}


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


def installed(top: Path = VENV) -> Iterator[tuple[str, metadata.Distribution]]:
    """What an environment has, by normalized name."""
    for distribution in metadata.distributions(path=[str(wheel.site_of(top))]):
        yield freeze.normalized(distribution.metadata["Name"] or ""), distribution


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


def clean(top: Path = VENV) -> None:
    """Removes what uv leaves for itself: its lock, and notes of its cache, which have the time."""
    (top / ".lock").unlink(missing_ok=True)
    for path in wheel.site_of(top).glob("*.dist-info/uv_cache.json"):
        record = path.with_name("RECORD")
        entry = f"{path.parent.name}/{path.name},"
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith(entry)))
        path.unlink()


def set_times(top: Path = VENV) -> None:
    """Gives all files and folders the same time."""
    for path in [*top.rglob("*"), top]:
        os.utime(path, (TIME, TIME), follow_symlinks=False)
