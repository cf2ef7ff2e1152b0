"""What is read from the text of a model is what its imported module says: the whole document."""

import sys
from collections.abc import Iterator

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from cog.schema import imported
from cog.schema.document import read
from cog.schema.problem import Place
from cog.worker.model import Model
from tests.cog.schema.reading import VERSION
from tests.serving import MODELS

FOLDER = MODELS / "schema"
MODEL_FILES = sorted(path.name for path in FOLDER.glob("*.py"))
REFERENCES = [
    *(
        f"{name}:{'Predictor' if 'class Predictor' in (FOLDER / name).read_text() else 'predict'}"
        for name in MODEL_FILES
    ),
    "opaque_output.py:Other",
    "vision/predict.py:Predictor",
]
# Written in the syntax of a later Python than the oldest that is supported.
NEEDS = {"modern.py": (3, 12), "typed_dicts.py": (3, 11), "fallbacks.py": (3, 11)}


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in the folder of the models, and forget those that were imported."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(FOLDER)):
            del sys.modules[name]


@pytest.mark.parametrize("reference", REFERENCES)
def test_text_and_run_time_agree(reference: str) -> None:
    if NEEDS.get(reference.partition(":")[0], VERSION) > VERSION:
        pytest.skip("this Python is too old for the model")
    given = (reference, Place("cog.yaml"))
    document = read(".", given, None, VERSION)
    assert imported.read(given, None) == document
    OpenAPIV30SpecValidator(document).validate()


def test_the_worker_loads_a_predictor_in_a_package() -> None:
    model = Model("vision/predict.py:Predictor")
    assert [item.name for item in model.parameters] == ["image", "shape"]
    values = {"image": "data:text/plain,hi"}
    assert "vision.types" in sys.modules
    assert model.predict(values | {"shape": "box"}) == []
