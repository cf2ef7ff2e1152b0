"""Unpacks wheels of which it is known that they only have modules: cog's own, and pip's, which
Python has with it. An installer that has to start first takes seconds for them.
"""

import csv
import hashlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

RECORD = re.compile(r"[^/]+\.dist-info/RECORD")  # not one of what is vendored
SCRIPT = """#!{python}
import sys
from {module} import {function}
sys.exit({function}())
"""


def site_of(top: Path) -> Path:
    """Where the environment `top` has its modules."""
    return top / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def unpack(file: Path, top: Path) -> None:
    """Puts a wheel into the environment `top`, with the scripts that it asks for."""
    import zipfile  # which takes long, and most steps unpack nothing

    site = site_of(top)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(site)
        (record,) = (name for name in archive.namelist() if RECORD.fullmatch(name))
    info = site / Path(record).parent
    (info / "INSTALLER").write_text("cog\n")
    made = [info / "INSTALLER", *scripts(info, top)]
    with (site / record).open("a", newline="") as output:
        csv.writer(output, lineterminator="\n").writerows(entry(path, site) for path in made)


def scripts(info: Path, top: Path) -> Iterator[Path]:
    """Writes the programs of a distribution."""
    import configparser

    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str  # type: ignore[assignment,method-assign]
    points.read(info / "entry_points.txt")
    if points.has_section("console_scripts"):
        for name, target in points.items("console_scripts"):
            module, _, function = target.partition(":")
            path = top / "bin" / name
            text = SCRIPT.format(python=top / "bin/python", module=module, function=function)
            path.write_text(text)
            path.chmod(0o755)
            yield path


def entry(path: Path, site: Path) -> tuple[str, str, int]:
    """A line of RECORD."""
    import base64

    data = path.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return os.path.relpath(path, site), f"sha256={digest}", len(data)
