"""The document as a whole: the same as at run time, valid, and made without running anything."""

import inspect
import json
import pathlib
import subprocess
import sys
import typing
from typing import Any

import jsonschema
import pytest

import cog
from cog import signature
from cog.schema.document import read
from cog.schema.problem import Place
from cog.worker.model import Model
from tests.serving import MODELS, PROJECTS, PYTHON


def run(*arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cog.schema", *arguments],
        input=text,
        env={"PYTHONPATH": str(PYTHON)},
        capture_output=True,
        text=True,
    )


def config(reference: object, key: str = "predict") -> str:
    return json.dumps(
        {
            "schema": "cog/config-1",
            "config": {key: reference},
            "source": {"file": "cog.yaml", "positions": {f"/{key}": [3, 10]}},
        }
    )


def test_prints_one_line_of_sorted_json() -> None:
    found = run("predict.py:Predictor", "-C", str(PROJECTS / "minimal"))
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert found.stdout == json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    assert document["openapi"] == "3.0.2"
    assert document["info"] == {"title": "Cog", "version": cog.__version__}
    assert set(document["paths"]) == {
        "/",
        "/health-check",
        "/predictions",
        "/predictions/{prediction_id}/cancel",
    }


@pytest.mark.parametrize("key", ["predict", "run"])
def test_takes_the_reference_from_a_config(key: str) -> None:
    folder = str(PROJECTS / "minimal")
    direct = run("predict.py:Predictor", "-C", folder)
    found = run("--config", "-", "-C", folder, text=config("predict.py:Predictor", key))
    assert (found.returncode, found.stdout) == (0, direct.stdout)


@pytest.mark.parametrize(
    ("arguments", "text", "status", "errors"),
    [
        (("--config", "-"), "", 4, ""),
        (("--config", "-"), "{", 1, "<stdin>: error: not JSON: "),
        (("--config", "-"), "{}", 1, "<stdin>: error: not a cog/config-1 document [schema.config]"),
        (("--config", "-"), config(None), 1, "cog.yaml: error: no model is named"),
        (("--config", "-"), config("x.py:P"), 1, "cog.yaml:3:10: error: cannot read x.py: "),
        (("--config", "none.json"), "", 3, "cog.schema: error: "),
        (("x.py:P",), "", 1, "x.py: error: cannot read x.py: No such file or directory [sch"),
        ((), "", 2, "usage: "),
        (("x.py:P", "--config", "-"), "", 2, "usage: "),
    ],
)
def test_statuses(arguments: tuple[str, ...], text: str, status: int, errors: str) -> None:
    found = run(*arguments, text=text)
    assert (found.returncode, found.stdout) == (status, "")
    assert found.stderr.startswith(errors)


def test_a_full_disk() -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "cog.schema", "predict.py:Predictor"],
            cwd=PROJECTS / "minimal",
            env={"PYTHONPATH": str(PYTHON)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert found.returncode == 3
    assert found.stderr == "cog.schema: error: [Errno 28] No space left on device\n"


def test_nothing_is_executed(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "predict.py"
    file.write_text("import gone\nopen('ran', 'w')\n1 / 0\ndef predict(text: str) -> str: ...\n")
    found = run("predict.py:predict", "-C", str(tmp_path))
    assert found.returncode == 0
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("project", ["minimal", "filetype", "thumbnail"])
def test_the_example_projects_can_be_read(project: str) -> None:
    document = read(str(PROJECTS / project), "predict.py:Predictor", Place("cog.yaml"))
    assert document["components"]["schemas"]["Input"]["required"]


@pytest.mark.parametrize(
    "file",
    [
        "asynchronous.py:Predictor",
        "echo.py:predict",
        "files.py:Predictor",
        "kinds.py:Predictor",
        "stream.py:Predictor",
        "trouble.py:Predictor",
    ],
)
def test_text_and_run_time_agree(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MODELS)
    schema = read(".", file, Place("cog.yaml"))["components"]["schemas"]["Input"]
    parameters = Model(file).parameters
    assert [item.name for item in parameters] == list(schema["properties"])
    for item in parameters:
        text = schema["properties"][item.name]
        assert (item.name in schema.get("required", [])) is (item.info.default is ...)
        if "default" in text:
            assert getattr(item.info.default, "value", item.info.default) == text["default"]
        assert text.get("minimum") == item.info.ge
        assert text.get("maximum") == item.info.le
        assert text.get("pattern") == item.info.regex
        optional = signature.is_optional(item.type) or item.type is cog.Secret
        assert text.get("nullable", False) is optional


def test_every_reference_leads_somewhere() -> None:
    document = read(str(PROJECTS / "thumbnail"), "predict.py:Predictor", Place("cog.yaml"))
    references: list[str] = []

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            references.extend(value for key, value in node.items() if key == "$ref")
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(document)
    assert "#/components/schemas/filter" in references
    schemas = document["components"]["schemas"]
    assert all(reference.rpartition("/")[2] in schemas for reference in references)
    for schema in schemas.values():
        jsonschema.Draft4Validator.check_schema(schema)


def test_the_sdk_has_a_signature_for_every_keyword() -> None:
    from cog.schema import inputs

    assert set(inspect.signature(cog.Input).parameters) == {"default", *inputs._KINDS}
    assert set(typing.get_type_hints(cog.FieldInfo)) == {"default", *inputs._KINDS}
