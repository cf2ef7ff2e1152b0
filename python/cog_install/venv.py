"""The environment /venv, and its layers.

A layer is a /venv with a part of the packages, the lowest with what makes it an environment, too.
Laid over each other they are what one installation would have made. All files of a layer have
the same time, so that it is the same layer whenever and wherever it is made.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from . import freeze, program, wheel

TYPE_CHECKING = False  # the module typing takes long to import, importlib.metadata even longer
if TYPE_CHECKING:
    from importlib import metadata

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
        program.run([sys.executable, "-m", "venv", str(VENV)])
        return
    create()
    for file in filter(None, wheels):
        wheel.unpack(file, VENV)


def bundled(name: str) -> Path | None:
    """The wheel of a package that this Python has with it."""
    import sysconfig
    from importlib import util

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
    if VENV.exists():
        import shutil

        shutil.rmtree(VENV)
    VENV.mkdir()


def copy() -> None:
    """Copies the one that is given."""
    import shutil

    shutil.copytree(GIVEN, VENV, symlinks=True)


def create(top: Path = VENV) -> None:
    """Makes an environment without pip."""
    import venv

    venv.EnvBuilder(symlinks=True).create(top)


def create_bare() -> list[Path]:
    """Makes what is an environment to uv; its files and links. create() takes longer than uv does
    for a small package.
    """
    home, minor = os.path.split(sys.executable)[0], f"python3.{sys.version_info[1]}"
    SITE.mkdir(parents=True)
    (VENV / "bin").mkdir()
    links = {"bin/python": sys.executable, "bin/python3": "python", f"bin/{minor}": "python"}
    if sys.maxsize > 1 << 32:
        links["lib64"] = "lib"
    for name, target in links.items():
        (VENV / name).symlink_to(target)
    settings = VENV / "pyvenv.cfg"
    settings.write_text(f"home = {home}\ninclude-system-site-packages = false\n")
    return [settings, *(VENV / name for name in links)]


def strip(skeleton: list[Path]) -> None:
    """Leaves only what was installed."""
    for path in skeleton:
        path.unlink()
    remove_empty(VENV)


def remove_empty(top: Path) -> None:
    """Removes folders in which there is nothing, but for `top` itself."""
    for path, _, _ in os.walk(top, topdown=False):
        if path != str(top) and not os.listdir(path):
            os.rmdir(path)


def installed(top: Path = VENV) -> Iterator[tuple[str, metadata.Distribution]]:
    """What an environment has, by normalized name."""
    from importlib import metadata

    for distribution in metadata.distributions(path=[str(wheel.site_of(top))]):
        yield freeze.normalized(distribution.metadata["Name"] or ""), distribution


def remove(unwanted: list[str]) -> None:
    """Removes distributions from /venv."""
    if not unwanted:
        return
    import shutil

    for name, distribution in list(installed()):
        if name in unwanted:
            for file in distribution.files or []:
                path = Path(str(distribution.locate_file(file)))
                path.unlink(missing_ok=True)
                shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
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
    """Gives all files and folders the same time. One that has it, as those of the layer below, is
    not touched: the engine would copy it into this layer.
    """
    for path, folders, files in os.walk(top, topdown=False):
        for name in [*folders, *files]:
            set_time(f"{path}/{name}")
    set_time(str(top))


def set_time(path: str) -> None:
    """Gives one that time."""
    if os.lstat(path).st_mtime_ns != TIME * 1_000_000_000:
        os.utime(path, (TIME, TIME), follow_symlinks=False)
