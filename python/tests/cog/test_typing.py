"""The annotations of the SDK, as a type checker sees them in a model."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.serving import MODELS, PYTHON

HEAD = "import cog\n\n\nclass Output(cog.BaseModel):\n    label: str\n\n\n"


def check(file: pathlib.Path, folder: pathlib.Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-pretty"]
    return subprocess.run(
        [*command, f"--cache-dir={PYTHON.parent / 'build' / 'mypy-models'}", str(file)],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(PYTHON)},
        capture_output=True,
        text=True,
    )


def test_a_model_is_clean(tmp_path: pathlib.Path) -> None:
    found = check(MODELS / "typed.py", tmp_path)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(("line", "status"), [("", 0), ("Output(score='a')", 1)])
def test_pyright_agrees(tmp_path: pathlib.Path, line: str, status: int) -> None:
    settings = {"extraPaths": [str(PYTHON)], "typeCheckingMode": "strict"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    (tmp_path / "predict.py").write_text((MODELS / "typed.py").read_text() + line)
    pyright = pathlib.Path(sys.executable).with_name("pyright")
    found = subprocess.run([pyright], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert found.returncode == status, found.stdout


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("cog.Nope", "[attr-defined]"),
        ("Output(label=1)", "[arg-type]"),
        ("Output()", "[call-arg]"),
        ("cog.Input(ge='a')", "[arg-type]"),
        ("cog.current_scope().record_metric('a', 1, mode='sum')", "[arg-type]"),
        ("cog.concurrent(4)", "[call-overload]"),
        ("cog.Secret('a').value", "[attr-defined]"),
    ],
)
def test_faults_are_seen(tmp_path: pathlib.Path, line: str, code: str) -> None:
    (tmp_path / "predict.py").write_text(f"{HEAD}{line}\n")
    found = check(tmp_path / "predict.py", tmp_path)
    assert found.returncode == 1
    assert found.stdout.splitlines()[0].startswith("predict.py:8: error: ")
    assert code in found.stdout
