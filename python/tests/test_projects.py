"""The example projects, with their real packages from the Python index, answer as they say,
and what is read from their sources is what they are."""

import base64
import functools
import json
import mimetypes
import pathlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from cog.schema.document import read
from cog.schema.problem import Place
from tests.cog.schema.reading import VERSION
from tests.serving import PROJECTS, PYTHON, WORKER_PYTHON, serve

IMPORT = """if True:
    import json, sys
    from cog.schema import imported, problem
    reference = (sys.argv[1], problem.Place("cog.yaml"))
    print(json.dumps(imported.read(reference, None)))
"""
UV = pathlib.Path(sys.executable).with_name("uv")


def make_environment(project: str, folder: pathlib.Path) -> str:
    """Make an environment with a project's packages, as /venv in an image; returns its Python."""
    python = str(folder / "bin" / "python")
    requirements = PROJECTS / project / "requirements.txt"
    commands: list[list[str | pathlib.Path]] = [
        [UV, "venv", "--python", WORKER_PYTHON, str(folder)],
        [UV, "pip", "install", "--only-binary=:all:", "--python", python, "-r", requirements],
    ]
    for command in commands if requirements.exists() else commands[:1]:
        subprocess.run([*command, "--quiet", "--no-python-downloads"], check=True)
    return python


@pytest.fixture(scope="module")
def pythons(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return the Python of a project's environment, made when it is first asked for."""

    @functools.cache
    def python(project: str) -> str:
        return make_environment(project, tmp_path_factory.mktemp(project) / "venv")

    return python


def data_url(path: pathlib.Path) -> str:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


@pytest.mark.parametrize(
    ("project", "name", "inputs"),
    [
        ("eliza", None, {}),
        ("filetype", "file", {}),
        ("readability", "text", {"measures": ["ease", "syllables_per_word"]}),
        ("thumbnail", "image", {"size": 64}),
    ],
)
def test_example(
    project: str,
    name: str | None,
    inputs: dict[str, Any],
    server_python: str,
    pythons: Callable[[str], str],
    tmp_path: pathlib.Path,
) -> None:
    examples = PROJECTS / project / "examples"
    (given,) = examples.glob("input.*")
    (expected,) = examples.glob("output.*")
    inputs = json.loads(given.read_text()) if name is None else {**inputs, name: data_url(given)}
    file = str(PROJECTS / project / "predict.py")
    with serve(server_python, tmp_path, file, python=pythons(project)) as server:
        server.until("READY")
        answer = server.predict(**inputs)
    assert answer["error"] is None
    if expected.suffix == ".json":
        assert answer["output"] == json.loads(expected.read_text())
    else:
        assert answer["output"] == data_url(expected)


@pytest.mark.parametrize(
    "project", sorted(path.parent.name for path in PROJECTS.glob("*/predict.py"))
)
def test_schema(project: str, pythons: Callable[[str], str]) -> None:
    """What is read from the text is what the imported module says, with its real packages."""
    reference = "predict.py:Predictor"
    document = read(str(PROJECTS / project), (reference, Place("cog.yaml")), None, VERSION)
    found = subprocess.run(
        [pythons(project), "-c", IMPORT, reference],
        cwd=PROJECTS / project,
        env={"PYTHONPATH": str(PYTHON), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(found.stdout) == document
    OpenAPIV30SpecValidator(document).validate()
