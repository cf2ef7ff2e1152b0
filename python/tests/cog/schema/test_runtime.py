"""What is read from the text of a model is what its imported module says."""

import json
import sys

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from cog.schema.document import read
from cog.schema.problem import Place
from cog.worker.model import Model
from tests import runtime_schema
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


@pytest.mark.parametrize("reference", REFERENCES)
def test_text_and_run_time_agree(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if NEEDS.get(reference.partition(":")[0], VERSION) > VERSION:
        pytest.skip("this Python is too old for the model")
    monkeypatch.chdir(FOLDER)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    document = read(".", (reference, Place("cog.yaml")), None, VERSION)
    expected = json.loads(json.dumps(runtime_schema.schemas(reference)))
    found = {name: document["components"]["schemas"].get(name) for name in expected}
    assert found == expected
    OpenAPIV30SpecValidator(document).validate()


def test_the_worker_loads_a_predictor_in_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    model = Model("vision/predict.py:Predictor")
    assert [item.name for item in model.parameters] == ["image", "shape"]
    values = {"image": "data:text/plain,hi"}
    assert "vision.types" in sys.modules
    assert model.predict(values | {"shape": "box"}) == []
