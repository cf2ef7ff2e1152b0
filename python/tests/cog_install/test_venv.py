"""The environment that is made."""

import os
import subprocess
from pathlib import Path

import pytest

from cog_install import venv, wheel


def test_names_are_those_of_a_lock(tmp_path: Path) -> None:
    info = wheel.site_of(tmp_path) / "A__b.c-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: A__b.c\nVersion: 1\n")
    assert [name for name, _ in venv.installed(tmp_path)] == ["a-b-c"]


def test_a_bare_environment_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venv, "VENV", tmp_path / "venv")
    monkeypatch.setattr(venv, "SITE", wheel.site_of(tmp_path / "venv"))
    made = venv.create_bare()
    code = "import sys, sysconfig; print(sys.prefix, sysconfig.get_path('platlib'))"
    said = subprocess.run(
        [tmp_path / "venv/bin/python", "-c", code], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == [str(tmp_path / "venv"), str(venv.SITE)]
    (venv.SITE / "module.py").touch()
    venv.strip(made)
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert left[-1].endswith("/module.py")
    assert not [name for name in left if "bin" in name or "cfg" in name]
    venv.set_times(venv.VENV)
    times = {os.lstat(path).st_mtime for path in [venv.VENV, *venv.VENV.rglob("*")]}
    assert times == {venv.TIME}


def test_empty_folders_go_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/link").symlink_to("../a")
    venv.remove_empty(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "link"]


def test_what_has_the_time_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    venv.set_times(tmp_path)
    paths = [tmp_path, tmp_path / "file", tmp_path / "link"]
    before = [os.lstat(path).st_ctime_ns for path in paths]
    (tmp_path / "new").touch()
    venv.set_times(tmp_path)
    assert [os.lstat(path).st_ctime_ns for path in paths[1:]] == before[1:]
    assert {os.lstat(path).st_mtime for path in [*paths, tmp_path / "new"]} == {venv.TIME}
