"""The names that a model imports."""

import dataclasses
import enum
import io
import pathlib
import subprocess
import sys

import pydantic
import pytest

import cog
from tests.serving import PYTHON

HEAVY = {
    "asyncio",
    "dataclasses",
    "inspect",
    "json",
    "shutil",
    "subprocess",
    "tempfile",
    "urllib.request",
}


@pytest.mark.parametrize(
    ("statement", "module"), [("import cog", "cog"), ("from cog import *", "cog.predictor")]
)
def test_importing_cog_imports_little(statement: str, module: str) -> None:
    program = "import sys; before = set(sys.modules); IMPORT; print(*set(sys.modules) - before)"
    program = program.replace("IMPORT", statement)
    found = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(PYTHON)!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(found.stdout.split())
    assert module in modules
    assert (modules == {"cog"}) is (statement == "import cog")
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith(("cog.schema", "cog.worker"))}


def test_the_version_is_that_of_the_file() -> None:
    assert cog.__version__ == (PYTHON.parent / "VERSION").read_text().strip()


def test_a_base_model_is_a_dataclass() -> None:
    class Output(cog.BaseModel):
        label: str
        score: float = 0.5

    assert [field.name for field in dataclasses.fields(Output)] == ["label", "score"]
    assert Output(label="a") == Output("a", 0.5)
    with pytest.raises(TypeError, match="label"):
        Output()  # type: ignore[call-arg]


def test_a_base_model_is_as_lenient_as_pydantic() -> None:
    class Output(cog.BaseModel):
        note: str | None
        names: list[str] = []  # noqa: RUF012
        seed: int

    first = Output(seed=1)  # type: ignore[call-arg]
    assert first == Output(None, [], seed=1)
    first.names.append("a")
    assert Output(None, seed=2).names == []
    with pytest.raises(TypeError, match="seed"):
        Output(None)  # type: ignore[call-arg]

    class Bare(cog.BaseModel, auto_dataclass=False):
        text: str

    assert not dataclasses.is_dataclass(Bare)


def test_pydantic_knows_the_types() -> None:
    class Output(pydantic.BaseModel):
        file: cog.Path
        secret: cog.Secret = cog.Secret("")

    found = Output.model_validate({"file": "/a.png"})
    assert found.file == cog.Path("/a.png")
    assert Output(file=found.file).model_dump()["file"] is found.file


def test_a_secret_hides() -> None:
    secret = cog.Secret("hush")
    assert "hush" not in f"{secret} {secret!r} {[secret]}"
    assert secret.get_secret_value() == "hush"
    assert secret == cog.Secret("hush") != cog.Secret("other")
    assert str(cog.Secret("")) == ""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"ge": 2, "le": 1}, "allows no value"),
        ({"min_length": 2, "max_length": 1}, "allows no value"),
        ({"regex": "("}, "is not a regular expression"),
        ({"choices": []}, "needs a value"),
    ],
)
def test_input_refuses_what_cannot_be(arguments: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        cog.Input(**arguments)  # type: ignore[arg-type]


def test_input_has_no_default_factory() -> None:
    with pytest.raises(TypeError, match="default_factory"):
        cog.Input(default_factory=list)  # type: ignore[call-arg]


def test_cancelation_is_no_exception() -> None:
    assert not issubclass(cog.CancelationException, Exception)


def test_decorators_leave_the_function_as_it_is() -> None:
    def predict() -> str:
        return ""

    assert cog.streaming(predict) is predict
    assert cog.concurrent(max=2)(predict) is predict
    assert cog.streaming()(predict) is predict
    assert cog.concurrent(predict) is cog.concurrent()(predict) is predict
    with pytest.raises(ValueError, match="allows no prediction"):
        cog.concurrent(max=0)


def test_choices_that_are_members_are_their_values() -> None:
    mode = enum.Enum("mode", {"A": "a", "B": "b"})
    assert cog.Input(choices=list(mode)).choices == ["a", "b"]


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nope'"):
        cog.Nope  # noqa: B018
    assert set(cog.__all__) < set(dir(cog))


def test_deprecated_names_say_so_once() -> None:
    program = "from cog import emit_metric; import cog; cog.emit_metric; cog.emit_metric('a', 1)"
    found = subprocess.run(
        [sys.executable, "-c", f"{program}; cog.ExperimentalFeatureWarning"],
        env={"PYTHONPATH": str(PYTHON)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr.splitlines() == [
        "cog.emit_metric is deprecated: use current_scope().record_metric(name, value)",
        "cog.ExperimentalFeatureWarning is deprecated: it is not needed any more",
    ]
    assert found.stdout == ""


def test_a_url_path_is_downloaded_once() -> None:
    source = io.BytesIO(b"data")
    path = cog.URLPath(source="http://example.com/a", filename="a.png", fileobj=source)
    assert str(path) == "http://example.com/a"
    assert isinstance(path, pathlib.Path)
    assert path.suffix == ".png"
    path.unlink()
    there = path.convert()
    assert (there.suffix, there.read_bytes()) == (".png", b"data")
    assert path.convert() is there
    path.unlink()
    assert not there.exists()


def test_concurrent_marks_the_function() -> None:
    async def predict() -> str:
        return ""

    assert cog.concurrent(max=4)(predict).__cog_concurrent__ == 4  # type: ignore[attr-defined]
