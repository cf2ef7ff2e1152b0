"""Unpacking wheels, beside pip, which has to find nothing to complain of."""

import csv
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from cog_install import wheel


def make(folder: Path, points: str) -> Path:
    file = folder / "shout-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("shout/__init__.py", "def main() -> int:\n    print('HI')\n    return 7\n")
        archive.writestr(
            "shout-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: shout\nVersion: 1.0\n"
        )
        archive.writestr(
            "shout-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("shout-1.0.dist-info/entry_points.txt", points)
        archive.writestr("shout/vendor/other-2.dist-info/RECORD", "")
        names = [*archive.namelist(), "shout-1.0.dist-info/RECORD"]
        archive.writestr("shout-1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in names))
    return file


def test_modules_and_scripts(tmp_path: Path) -> None:
    top = tmp_path / "env"
    venv.EnvBuilder(symlinks=True).create(top)
    wheel.unpack(make(tmp_path, "[console_scripts]\nShout = shout:main\n[other]\na = b:c\n"), top)
    done = subprocess.run([top / "bin/Shout"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "HI\n")
    record = wheel.site_of(top) / "shout-1.0.dist-info/RECORD"
    entries = [line[0] for line in csv.reader(record.read_text().splitlines())]
    assert "../../../bin/Shout" in entries
    pip = [sys.executable, "-m", "pip", f"--python={top}/bin/python"]
    subprocess.run([*pip, "uninstall", "--yes", "shout"], check=True, capture_output=True)
    assert not (top / "bin/Shout").exists()
    assert not (wheel.site_of(top) / "shout").exists()


def test_a_wheel_without_scripts(tmp_path: Path) -> None:
    wheel.unpack(make(tmp_path, ""), tmp_path / "env")
    assert (wheel.site_of(tmp_path / "env") / "shout/__init__.py").is_file()
    assert not (tmp_path / "env/bin").exists()
