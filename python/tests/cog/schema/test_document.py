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
from openapi_spec_validator import OpenAPIV30SpecValidator

import cog
import cog_server.version
from cog import signature
from cog.schema.document import read
from cog.schema.problem import Place
from cog.version import API_VERSION
from cog.worker.model import Model
from tests.cog.schema.reading import VERSION
from tests.serving import MODELS, PROJECTS, PYTHON


def run(*arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cog.schema", *arguments],
        input=text,
        env={"PYTHONPATH": str(PYTHON)},
        capture_output=True,
        text=True,
    )


def read_project(name: str) -> Any:
    reference = ("predict.py:Predictor", Place("cog.yaml"))
    return read(str(PROJECTS / name), reference, None, VERSION)


def config(reference: object, key: str = "predict") -> str:
    return json.dumps(
        {
            "schema": "cog/config-1",
            "config": {key: reference},
            "source": {"file": "cog.yaml", "positions": {f"/{key}": [3, 10]}},
        }
    )


@pytest.mark.parametrize(
    ("method", "sdk", "required"),
    [
        # As it was when models had predict(): what has a default may be left out.
        ("predict", None, ["b", "a", "e"]),
        ("predict", "0.16.9", ["b", "a", "e"]),
        # A default that is no value of the type is none, but for a secret.
        ("predict", "0.17.0", ["b", "a", "d", "e"]),
        ("run", None, ["b", "a", "d", "e"]),
    ],
)
def test_what_is_required_in_its_order(
    tmp_path: pathlib.Path, method: str, sdk: str | None, required: list[str]
) -> None:
    text = (
        "from cog import Input, Secret\nclass P:\n"
        f"    def {method}(self, b: str, a: int = Input(ge=1), c: int = 1,\n"
        "        d: int = Input(default=None), s: Secret = Input(default=None),\n"
        "        o: int | None = Input(default=None), *, e: str) -> str: ...\n"
    )
    (tmp_path / "predict.py").write_text(text)
    given = json.loads(config("predict.py:P"))
    given["config"]["build"] = {} if sdk is None else {"sdk_version": sdk}
    for extra in ([], ["--import"]):
        if extra:
            (tmp_path / "predict.py").write_text(text.replace("c: int = 1", "c: int = int('1')"))
        options = ["--config", "-", "-C", str(tmp_path), *extra]
        found = json.loads(run(*options, text=json.dumps(given)).stdout)
        schema = found["components"]["schemas"]["Input"]
        assert schema["required"] == required
        assert "nullable" not in schema["properties"]["d"]
        assert schema["properties"]["s"]["nullable"] is True


def test_prints_one_line_of_sorted_json() -> None:
    found = run("predict.py:Predictor", "-C", str(PROJECTS / "minimal"))
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert found.stdout == json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    assert document["openapi"] == "3.0.2"
    assert document["info"] == {"title": "Cog", "version": API_VERSION}
    assert API_VERSION == cog_server.version.API_VERSION
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
    ("environment", "expected"),
    [([], "a"), (["OTHER=x", "SIZE=b"], "b"), (["A=b", "SIZE=${A}"], None), (["SIZE=c"], None)],
)
def test_variables_are_those_of_the_config(
    tmp_path: pathlib.Path, environment: list[str], expected: str | None
) -> None:
    (tmp_path / "predict.py").write_text(
        "import os\nfrom cog import Input\n"
        "def run(size: str = Input(choices=['a', 'b'], default=os.getenv('SIZE', 'a'))) -> str: ..."
    )
    given = json.loads(config("predict.py:run"))
    given["config"]["environment"] = environment
    found = run("--config", "-", "-C", str(tmp_path), text=json.dumps(given))
    if expected is None:
        assert found.stderr.startswith("predict.py:3:5")
    else:
        size = json.loads(found.stdout)["components"]["schemas"]["Input"]["properties"]["size"]
        assert size["default"] == expected


def test_looks_for_modules_on_the_import_path(tmp_path: pathlib.Path) -> None:
    def write(file: str, text: str) -> None:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)

    write(
        "predict.py",
        "from shop.sizes import SIZES\nfrom cog import Input\nimport first\n\n\n"
        "def run(size: str = Input(choices=SIZES, default=first.SIZE)) -> str: ...\n",
    )
    write("src/shop/__init__.py", "")
    write("src/shop/sizes.py", "from .more import LARGE\n\nSIZES = ['small', LARGE]\n")
    write("lib/shop/more.py", "LARGE = 'never, for src has the package'\n")
    write("src/shop/more.py", "LARGE = 'large'\n")
    write("first.py", "SIZE = 'small'\n")
    write("src/first.py", "SIZE = 'never, for the project comes first'\n")
    folder = str(tmp_path)
    assert run("predict.py:run", "-C", folder).returncode == 43
    found = run("predict.py:run", "-C", folder, "--path", f"lib:{folder}/src")
    schemas = json.loads(found.stdout)["components"]["schemas"]
    assert schemas["size"]["enum"] == ["small", "large"]
    assert schemas["Input"]["properties"]["size"]["default"] == "small"
    project = json.loads(config("predict.py:run"))
    project["schema"] = "cog/project-1"
    project["facts"] = {"import_paths": [{"path": "lib"}, {"path": "src"}]}
    again = run("--config", "-", "-C", folder, text=json.dumps(project))
    assert (again.returncode, again.stdout) == (0, found.stdout)


@pytest.mark.parametrize(
    ("arguments", "text", "status", "errors"),
    [
        (("--config", "-"), "", 4, ""),
        (("--config", "-"), "{", 1, "<stdin>: error: not JSON: "),
        (("--config", "-"), "{}", 1, "<stdin>: error: not a cog/config-1 or cog/p"),
        (("--config", "-"), config(None), 1, "cog.yaml: error: no model is named"),
        (("--config", "-"), config("x.py:P"), 1, "cog.yaml:3:10: error: cannot read x.py: "),
        (("--config", "none.json"), "", 3, "cog.schema: error: "),
        (("x.py:P",), "", 1, "x.py: error: cannot read x.py: No such file or directory [sch"),
        ((), "", 2, "usage: "),
        (("x.py:P", "--config", "-"), "", 2, "usage: "),
        (("x.py:P", "y.py:P"), "", 2, "usage: "),
        (("--config", "-", "--train", "y.py:P"), "", 2, "usage: "),
        (("x.py:P", "--other"), "", 2, "usage: "),
        (("x.py:P", "-C"), "", 2, "usage: "),
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
    document = read_project(project)
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
    schema = read(".", (file, Place("cog.yaml")), None, VERSION)["components"]["schemas"]["Input"]
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


def test_fragments_that_clients_of_cog_know(tmp_path: pathlib.Path) -> None:
    (tmp_path / "predict.py").write_text(
        "from cog import Input, Opaque, Path\n"
        "from typing import Annotated, Any, Optional\n"
        "from openai.types import Message\n"
        "def predict(data: dict[str, Any],\n"
        "  text: str, path: Path,\n"
        "  mode: str = Input(choices=['fast', 'balanced', 'quality']),\n"
        "  other: dict = {}) -> str: ...\n"
        "def train(messages: list[Annotated[Message, Opaque]],\n"
        "  items: Optional[list[dict]] = None) -> str: ...\n"
    )
    found = run("predict.py:predict", "--train=predict.py:train", "-C", str(tmp_path))
    assert (found.returncode, found.stderr) == (0, "")
    for fragment in (
        '"data":{"title":"Data","type":"object","x-order":0}',
        '"messages":{"items":{"type":"object"},"title":"Messages","type":"array","x-order":0}',
        '"items":{"default":null,"items":{"type":"object"},"nullable":true,"title":"Items",'
        '"type":"array","x-order":1}',
        '"required":["data","text","path","mode"]',
        '"enum":["fast","balanced","quality"]',
    ):
        assert fragment in found.stdout


def test_training_has_paths_and_schemas_of_its_own() -> None:
    folder = str(MODELS / "schema")
    found = run("train.py:predict", "--train", "train.py:train", "-C", folder)
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert {"/trainings", "/trainings/{training_id}/cancel"} < set(document["paths"])
    schemas = document["components"]["schemas"]
    assert schemas["TrainingOutput"]["title"] == "TrainingOutput"
    assert schemas["TrainingInput"]["required"] == ["data"]
    request = schemas["TrainingRequest"]["properties"]["input"]
    assert request == {"$ref": "#/components/schemas/TrainingInput"}
    # The choices of both are called `size`, and differ.
    assert schemas["size"]["enum"] == ["s", "l"]
    assert schemas["TrainingInput"]["properties"]["size"]["enum"] == ["small", "large"]
    OpenAPIV30SpecValidator(document).validate()
    text = json.loads(config("train.py:predict"))
    text["config"]["train"] = "train.py:train"
    again = run("--config", "-", "-C", folder, text=json.dumps(text))
    assert again.stdout == found.stdout


def test_what_decorators_say() -> None:
    folder = str(MODELS / "schema")
    paths = json.loads(run("async_iterator.py:Predictor", "-C", folder).stdout)["paths"]
    post = paths["/predictions"]["post"]
    assert (post["x-cog-streaming"], post["x-cog-concurrency"]) == (True, 4)
    paths = json.loads(run("scalars.py:Predictor", "-C", folder).stdout)["paths"]
    assert not {"x-cog-streaming", "x-cog-concurrency"} & set(paths["/predictions"]["post"])


def read_for(version: str | None, source: str, folder: pathlib.Path) -> Any:
    """Read a model that is written for this version of Python."""
    (folder / "predict.py").write_text(source)
    text = json.loads(config("predict.py:predict"))
    text["config"]["build"] = {} if version is None else {"python_version": version}
    return run("--config", "-", "-C", str(folder), text=json.dumps(text))


@pytest.mark.parametrize(("version", "status"), [("3.99", 43), ("3.10", 1), (None, 1)])
def test_syntax_of_a_later_python(version: str | None, status: int, tmp_path: pathlib.Path) -> None:
    found = read_for(version, "def predict(a: str) -> str: from 3.99 import all\n", tmp_path)
    assert (found.returncode, found.stdout) == (status, "")
    warning = "predict.py:1:34: warning: this may be Python 3.99, and is not Python"
    assert found.stderr.startswith(warning) == (status == 43)


NEWER = [
    "type X = int",
    "def f[T](a: T) -> T: ...",
    "class A[\n    T\n]: ...",
    "a = (\n    1,\n    t'{b}'\n)",
    "try: ...\nexcept A, B: ...",
    """a = f'{b['c']}'""",
    """a = f'{b}' f'{"\\n".join(c)}'""",
]


@pytest.mark.parametrize("source", NEWER)
def test_syntax_of_pythons_that_are_known(source: str, tmp_path: pathlib.Path) -> None:
    found = read_for("3.14", f"{source}\ndef predict(a: str) -> str: ...\n", tmp_path)
    assert found.returncode in (0, 43)  # 0: by a Python that has it


@pytest.mark.parametrize(
    "source",
    ["def (", "import", "a = 1 +", "x = f'{a}'\n\nreturn return", "if a\n", "a b c", "'abc"],
)
def test_what_no_python_that_is_known_reads(source: str, tmp_path: pathlib.Path) -> None:
    found = read_for("3.14", f"def predict(a: str) -> str: ...\n{source}\n", tmp_path)
    assert (found.returncode, found.stdout) == (1, "")
    line = 1 + len(source.splitlines())
    assert found.stderr.startswith(f"predict.py:{line}:")
    assert found.stderr.endswith("[schema.syntax]\n")


@pytest.mark.parametrize(
    ("source", "what"),
    [("def predict(", "was never closed"), ("def predict(a: str) -> str:\n  1\n   2\n", "indent")],
)
def test_what_no_later_python_will_read(source: str, what: str, tmp_path: pathlib.Path) -> None:
    found = read_for("3.99", source, tmp_path)
    assert (found.returncode, found.stdout) == (1, "")
    assert what in found.stderr
    assert found.stderr.endswith("[schema.syntax]\n")


def test_the_models_python_decides(tmp_path: pathlib.Path) -> None:
    (tmp_path / "predict.py").write_text(
        "import sys\nif sys.version_info >= (3, 99):\n  from cog import Path as T\n"
        "else:\n  T = str\ndef predict(a: T) -> str: ...\n"
    )
    text = json.loads(config("predict.py:predict"))
    for version, expected in (("3.99", "uri"), ("3.10.4", None)):
        text["config"]["build"] = {"python_version": version}
        found = run("--config", "-", "-C", str(tmp_path), text=json.dumps(text))
        schema = json.loads(found.stdout)["components"]["schemas"]["Input"]["properties"]["a"]
        assert schema.get("format") == expected


def test_help() -> None:
    found = run("--help")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("usage: python -m cog.schema [-h] [-C DIR]")


def test_every_reference_leads_somewhere() -> None:
    document = read_project("thumbnail")
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
    from cog.schema import constraints

    assert set(inspect.signature(cog.Input).parameters) == {"default", *constraints.ARGUMENTS}
    assert set(typing.get_type_hints(cog.FieldInfo)) == {"default", *constraints.ARGUMENTS}
