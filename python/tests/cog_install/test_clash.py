"""What is said of packages that have the same file."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from cog_install import clash, wheel


def install(folder: Path, name: str, files: dict[str, str], hashed: bool = True) -> None:
    """Makes a wheel and unpacks it."""
    info, lines = f"{name}-1.0.dist-info", []
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
            quoted = f'"{file}"' if "," in file else file
            lines.append(f"{quoted},{'sha256=' + digest.rstrip('=') if hashed else ''},{len(text)}")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,", ""]))
    wheel.unpack(path, folder)


def warned(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    clash.warn(wheel.site_of(folder))
    return capsys.readouterr().out.splitlines()


def test_one_line_for_two_packages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(tmp_path, "first_one", {"same/a.py": "1", "same/b.py": "1", "same/c,d.py": "1"})
    install(tmp_path, "second", {"same/a.py": "2", "same/b.py": "1", "same/c,d.py": "2"})
    install(tmp_path, "third", {"same/b.py": "3"})
    assert warned(tmp_path, capsys) == [
        "cog: warning: first-one and second both have same/a.py and 1 more, with different "
        "content; only that of one of them is installed",
        "cog: warning: first-one and third both have same/b.py, with different content; only that "
        "of one of them is installed",
    ]


def test_the_same_content_and_files_without_a_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "first", {"space/__init__.py": "", "other.py": "1"})
    install(tmp_path, "second", {"space/__init__.py": ""})
    install(tmp_path, "third", {"other.py": "2"}, hashed=False)
    (wheel.site_of(tmp_path) / "third-1.0.dist-info/RECORD").write_bytes(b"\n\xff,sha256=x\nodd\n")
    assert warned(tmp_path, capsys) == []
    assert warned(tmp_path / "nothing", capsys) == []
