"""What is listed as installed."""

import json
import os
import pathlib

from cog_install import freeze


def install(site: pathlib.Path, name: str, version: str, url: object = None) -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    if url:
        (info / "direct_url.json").write_text(json.dumps(url))


def written(folder: pathlib.Path, others: list[str], site: pathlib.Path) -> list[str]:
    freeze.write(folder, others, site)
    return (folder / "pip-freeze.txt").read_text().splitlines()


def test_what_other_layers_have_finds_its_place(tmp_path: pathlib.Path) -> None:
    site = tmp_path / "site"
    for name in ("uvicorn", "Pillow", "a.b", "pip", "a_x", "a-y"):
        install(site, name, "1.0")
    install(site, "mine", "2", {"url": "file:///mnt/project/x", "dir_info": {"editable": True}})
    commit = {"vcs": "git", "commit_id": "c0ffee"}
    install(site, "from-git", "3", {"url": "https://host.example/r", "vcs_info": commit})
    assert written(tmp_path, ["torch==2.9.0", "cog==0.1", "A_A==1"], site) == [
        "a-y==1.0",
        "a.b==1.0",
        "A_A==1",
        "a_x==1.0",
        "cog==0.1",
        "from-git @ git+https://host.example/r@c0ffee",
        "# Editable install with no version control (mine==2)",
        "-e /mnt/project/x",
        "Pillow==1.0",
        "torch==2.9.0",
        "uvicorn==1.0",
    ]


def test_what_came_since_it_was_read(tmp_path: pathlib.Path) -> None:
    """The times of folders say nothing: those of layers are all the same."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("a", "b"):
        install(site, name, "1")
        os.utime(site, (0, 0))
        assert f"{name}==1" in written(tmp_path, [], site)


def test_what_is_of_another_form(tmp_path: pathlib.Path) -> None:
    """As setuptools installed before there were wheels; a folder that is left has no metadata."""
    site = tmp_path / "site"
    install(site, "new", "1")
    (site / "gone-1.dist-info").mkdir()
    assert written(tmp_path, [], site) == ["new==1"]
    (site / "old-2.egg-info").mkdir()
    (site / "old-2.egg-info/PKG-INFO").write_text("Metadata-Version: 1.0\nName: old\nVersion: 2\n")
    assert written(tmp_path, [], site) == ["new==1", "old==2"]


def test_headers_end_where_the_text_begins(tmp_path: pathlib.Path) -> None:
    install(tmp_path / "site", "a", "1")
    (tmp_path / "site/a-1.dist-info/METADATA").write_text("Name:  a \r\nVersion: 1\n\nName: b\n")
    assert written(tmp_path, [], tmp_path / "site") == ["a==1"]


def test_an_environment_without_packages(tmp_path: pathlib.Path) -> None:
    (tmp_path / "site").mkdir()
    assert written(tmp_path, ["cog==0.1"], tmp_path / "site") == ["cog==0.1"]
    assert written(tmp_path, ["cog==0.1"], tmp_path / "none") == ["cog==0.1"]


def test_this_environment(tmp_path: pathlib.Path) -> None:
    freeze.write(tmp_path, [])
    lines = (tmp_path / "pip-freeze.txt").read_text().splitlines()
    assert any(line.startswith("pytest==") for line in lines)
    assert not any(line.startswith("pip==") for line in lines)
