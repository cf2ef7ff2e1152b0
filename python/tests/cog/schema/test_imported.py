"""What only running a model's file tells: when it is imported, and what is made of it then."""

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from tests.serving import DEADLINE_SECONDS, PYTHON

HEAD = "import calendar, http, os, string\nfrom cog import *\nimport typing as t\n"


def run(
    folder: pathlib.Path, text: str, *options: str, name: str = "predict"
) -> "subprocess.CompletedProcess[str]":
    (folder / "predict.py").write_text(HEAD + text)
    return subprocess.run(
        [sys.executable, "-m", "cog.schema", *options, "-C", str(folder), f"predict.py:{name}"],
        env={"PYTHONPATH": str(PYTHON), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )


def imported(folder: pathlib.Path, text: str, name: str = "predict") -> Any:
    """Read a model whose text alone does not tell; returns its schemas."""
    assert run(folder, text, name=name).returncode == 43
    found = run(folder, text, "--import", name=name)
    assert (found.returncode, found.stderr) == (0, "")
    return json.loads(found.stdout)["components"]["schemas"]


@pytest.mark.parametrize(
    ("dynamic", "static"),
    [
        (
            "def predict(x: str = Input(choices=list(calendar.day_abbr)[4:], default='Fri'))"
            " -> str: ...",
            "def predict(x: str = Input(choices=['Fri', 'Sat', 'Sun'], default='Fri')) -> str: ...",
        ),
        (
            "LINES = []\nLINES.append('b')\nLINES.append('a')\n"
            "def predict(x: str = Input(choices=LINES)) -> list[str]:...",
            "def predict(x: str = Input(choices=['b', 'a'])) -> list[str]:...",
        ),
        (
            "def limit(x):\n    if x:\n        return Input(le=3)\n    return Input(ge=3)\n"
            "def predict(x: int = limit(0), *, y: int = limit(1)) -> t.Iterator[Path]:...",
            "def predict(x: int = Input(ge=3), *, y: int = Input(le=3)) -> t.Iterator[Path]:...",
        ),
        (
            "class Mode(str, __import__('enum').Enum):\n    A = string.digits[1]\n    B = 'b'\n"
            "def predict(x: Mode = Mode.B, y: t.Optional[Mode] = None) -> None:...",
            "def predict(x: t.Literal['1', 'b'] = 'b', y: t.Optional[t.Literal['1', 'b']] = None)"
            " -> None:...",
        ),
        (
            "def hides(function):\n    def inner(a: int, b: Path = None) -> str:...\n"
            "    return inner\n@hides\ndef predict(x): ...",
            "def predict(a: int, b: Path = None) -> str:...",
        ),
        (
            "OPTIONS = dict(ge=1, description='Some')\n"
            "@streaming\n@concurrent(max=int('2'))\n"
            "async def predict(x: int = Input(2, **OPTIONS)) -> ConcatenateIterator[str]:...",
            "@streaming\n@concurrent(max=2)\nasync def predict(x: int ="
            " Input(2, ge=1, description='Some')) -> ConcatenateIterator[str]:...",
        ),
        (
            "Row = t.TypedDict('Row', {**{'a': int}})\ndef predict() -> Row:...",
            "class Row(t.TypedDict):\n    a: int\ndef predict() -> Row:...",
        ),
    ],
)
def test_the_document_is_as_if_it_had_been_written_out(
    tmp_path: pathlib.Path, dynamic: str, static: str
) -> None:
    found = imported(tmp_path, dynamic)
    written = run(tmp_path, static)
    assert (written.returncode, written.stderr) == (0, "")
    assert found == json.loads(written.stdout)["components"]["schemas"]


def test_types_of_packages(tmp_path: pathlib.Path) -> None:
    schemas = imported(
        tmp_path,
        "class Predictor(t.cast(type, BasePredictor)):\n"
        "    def predict(self, status: http.HTTPStatus = 404) -> t.Any: ...",
        "Predictor",
    )
    assert 404 in schemas["status"]["enum"]
    assert schemas["Input"]["properties"]["status"]["default"] == 404


def test_says_once_where_the_text_does_not_tell(tmp_path: pathlib.Path) -> None:
    text = "def predict(x: str = Input(choices=calendar.day_abbr), y: str = os.name) -> str: ..."
    found = run(tmp_path, text)
    assert (found.returncode, found.stdout) == (43, "")
    assert found.stderr == (
        "predict.py:4:36: warning: 'calendar.day_abbr' cannot be known without running the file"
        " (and 1 more); the build reads the inputs in the image [schema.dynamic]\n"
    )


def test_what_is_wrong_is_told_without_an_import(tmp_path: pathlib.Path) -> None:
    text = "print(undefined)\ndef predict(x: str = os.name, y: bytes = 1) -> str: ..."
    for options in ((), ("--import",)):
        found = run(tmp_path, text, *options)
        assert found.returncode == 1
        assert found.stderr.startswith("predict.py:5:34: error: the type 'bytes' is not supported")
        assert found.stderr.count("\n") == 1


def test_a_model_that_prints_and_starts_threads(tmp_path: pathlib.Path) -> None:
    text = (
        "import threading, time\nprint('printed')\nos.system('echo spoken')\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "def predict(x: str = os.name) -> str: ..."
    )
    found = run(tmp_path, text, "--import")
    assert found.returncode == 0
    assert json.loads(found.stdout)["openapi"] == "3.0.2"
    assert sorted(found.stderr.split()) == ["printed", "spoken"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import missing\n", "4: error: predict.py cannot be imported to read its inputs: Module"),
        ("import sys\nsys.exit(3)\n", "5: error: predict.py cannot be imported to read its inputs"),
        ("raise KeyError\n", "4: error: predict.py cannot be imported to read its inputs: KeyE"),
        ("json = __import__('json').loads('{')\n", "4: error: predict.py cannot be imported"),
    ],
)
def test_a_model_that_cannot_be_imported(tmp_path: pathlib.Path, text: str, error: str) -> None:
    found = run(tmp_path, f"{text}def predict(x: str = os.name) -> str: ...", "--import")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.splitlines()[-1].startswith(f"predict.py:{error}")


@pytest.mark.parametrize(
    ("signature", "error"),
    [
        ("x: http.client.HTTPMessage", "the input 'x': the type 'HTTPMessage' is not supported"),
        ("x: t.Union[http.HTTPStatus, Path]", "the input 'x': 'Union["),
        ("x: dict[http.HTTPStatus, str]", "the input 'x': the keys of a dict must be str"),
        (
            "x: int = Input(ge=len(os.name) + 9, default=1)",
            "the input 'x': the default of 'x' must",
        ),
        (
            "x: int = Input(choices=list(os.name))",
            "the input 'x': a choice must be of type integer",
        ),
        (
            "x: float = Input(ge=float(os.name[:0] or 'inf'))",
            "the input 'x': 'inf' is not a JSON number",
        ),
        ("x: str = os.name, y: 'os.Missing' = 1", "the input 'y': its type cannot be resolved"),
    ],
)
def test_inputs_that_are_refused(tmp_path: pathlib.Path, signature: str, error: str) -> None:
    text = f"import http.client\n\ndef predict({signature}) -> str: ..."
    found = run(tmp_path, text, "--import")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith(f"predict.py:6: error: {error}")


@pytest.mark.parametrize("sdk", ["0.16.9", "0.17.0", "prerelease"])
def test_the_version_of_cog_counts_in_all_forms(tmp_path: pathlib.Path, sdk: str) -> None:
    """Before 0.17, default=None made an input optional, whatever its type."""
    written = run(tmp_path, "def predict(x: str = None) -> str: ...", "--sdk", sdk)
    assert (written.returncode, written.stderr) == (0, "")
    config = {"build": {"sdk_version": sdk}, "predict": "predict.py:predict"}
    document = json.dumps({"schema": "cog/config-1", "config": config})
    configured = subprocess.run(
        [sys.executable, "-m", "cog.schema", "-C", str(tmp_path), "--config", "-"],
        env={"PYTHONPATH": str(PYTHON)},
        input=document,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )
    text = "def predict(x: str = next(iter([None]))) -> str: ..."
    assert run(tmp_path, text, "--sdk", sdk).returncode == 43
    imported = run(tmp_path, text, "--import", "--sdk", sdk)
    assert written.stdout == configured.stdout == imported.stdout
    inputs = json.loads(written.stdout)["components"]["schemas"]["Input"]
    assert ("required" in inputs) == (sdk == "0.17.0")
