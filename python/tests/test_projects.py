"""The example projects, with their real packages from the Python index, answer as they say."""

import base64
import json
import mimetypes
import pathlib
import subprocess
import sys

import pytest

from tests.serving import PROJECTS, WORKER_PYTHON, serve

UV = pathlib.Path(sys.executable).with_name("uv")


def environment(project: str, folder: pathlib.Path) -> str:
    """Make an environment with a project's packages, as /venv in an image; returns its Python."""
    python = str(folder / "bin" / "python")
    requirements = str(PROJECTS / project / "requirements.txt")
    commands: list[list[str | pathlib.Path]] = [
        [UV, "venv", "--python", WORKER_PYTHON, str(folder)],
        [UV, "pip", "install", "--only-binary=:all:", "--python", python, "-r", requirements],
    ]
    for command in commands:
        subprocess.run([*command, "--quiet", "--no-python-downloads"], check=True)
    return python


def data_url(path: pathlib.Path) -> str:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


@pytest.mark.parametrize(
    ("project", "name", "inputs"),
    [("filetype", "file", {}), ("thumbnail", "image", {"size": 64})],
)
def test_example(
    project: str,
    name: str,
    inputs: dict[str, int],
    server_python: str,
    tmp_path: pathlib.Path,
) -> None:
    examples = PROJECTS / project / "examples"
    (given,) = examples.glob("input.*")
    (expected,) = examples.glob("output.*")
    python = environment(project, tmp_path / "venv")
    file = str(PROJECTS / project / "predict.py")
    with serve(server_python, tmp_path, file, python=python) as server:
        server.until("READY")
        answer = server.predict(**inputs, **{name: data_url(given)})
    assert answer["error"] is None
    if expected.suffix == ".json":
        assert answer["output"] == json.loads(expected.read_text())
    else:
        assert answer["output"] == data_url(expected)
