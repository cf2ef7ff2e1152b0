"""The environment that is made."""

from pathlib import Path

from cog_install import venv, wheel


def test_names_are_those_of_a_lock(tmp_path: Path) -> None:
    info = wheel.site_of(tmp_path) / "A__b.c-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: A__b.c\nVersion: 1\n")
    assert [name for name, _ in venv.installed(tmp_path)] == ["a-b-c"]
