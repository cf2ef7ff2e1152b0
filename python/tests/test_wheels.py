"""build-wheels: the same bytes each time, and the packages whole."""

import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

from tests.serving import PYTHON

BIN = pathlib.Path(sys.executable).parent
VERSION = (PYTHON.parent / "VERSION").read_text().strip()
WHEELS = {name: f"{name}-{VERSION}-py3-none-any.whl" for name in ("cog", "cog_server")}


def build(folder: pathlib.Path) -> dict[str, bytes]:
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    subprocess.run([PYTHON / "build-wheels", folder], env=environment, check=True)
    return contents(folder)


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    files = [item for item in folder.rglob("*") if item.is_file()]
    return {str(item.relative_to(folder)): item.read_bytes() for item in files}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("wheels")
    build(folder)
    return folder


def test_the_same_bytes_each_time(wheels: pathlib.Path, tmp_path: pathlib.Path) -> None:
    again = build(tmp_path)
    installer = [*(PYTHON / "cog_install").glob("*.py"), *(PYTHON / "cog_install").glob("*.txt")]
    names = {str(item.relative_to(PYTHON)) for item in installer}
    assert set(again) == {*WHEELS.values(), "server-requirements.txt", *names}
    assert again == contents(wheels)
    assert b"://" not in again["server-requirements.txt"]


@pytest.mark.parametrize("package", ["cog", "cog_server"])
def test_all_modules_are_packed(wheels: pathlib.Path, package: str) -> None:
    with zipfile.ZipFile(wheels / WHEELS[package]) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sources = [
        item for item in (PYTHON / package).rglob("*") if item.suffix in (".py", ".html", ".typed")
    ]
    names = {str(item.relative_to(PYTHON)) for item in sources}
    assert packed == names | {f"{package}/VERSION"}


def test_the_schema_can_be_read_with_the_wheel_alone(
    wheels: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """As on a host: the wheel on the path, not unpacked."""
    (tmp_path / "predict.py").write_text("def predict(text: str) -> str: ...\n")
    found = subprocess.run(
        [sys.executable, "-m", "cog.schema", "predict.py:predict"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheels / WHEELS["cog"])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith('{"components":')
