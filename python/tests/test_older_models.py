"""Models as they were written for Cog 0.9 to 0.22 run, in the real server; names that have gone
since are told once.
"""

import json
import pathlib
from typing import Any, NamedTuple

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.serving import serve

FILE = "data:text/plain;base64,Yw=="


class Old(NamedTuple):
    """A model of models/older: what it must be given, what comes of inputs, what is told."""

    reference: str
    required: list[str]
    predictions: list[tuple[dict[str, Any], Any]]
    deprecated: list[str]


TABLE = [
    Old(
        "of_0_9.py:Predictor",
        ["text"],
        [
            (
                {"text": "a"},
                {
                    "parts": [{"name": "first", "note": None}, {"name": "a 1.0", "note": "only"}],
                    "files": {},
                    "image": None,
                    "seed": 0,
                },
            ),
            (
                {"text": "a", "seed": 3, "mask": FILE},
                {"parts": [], "files": {}, "image": None, "seed": 3},
            ),
        ],
        ["cog.server.exceptions", "cog.types.Input"],
    ),
    Old("of_0_11.py:Predictor", [], [({}, None), ({"text": "a"}, "a")], ["cog.base_predictor"]),
    Old(
        "of_0_13.py:Predictor",
        [],
        [({}, ["word ", "word "]), ({"count": 1}, ["word "])],
        ["cog.ExperimentalFeatureWarning", "cog.emit_metric", "cog.server.scope"],
    ),
    Old(
        "of_0_14.py:Predictor",
        ["token"],
        [({"token": "x"}, ["a", "b"]), ({"token": "x", "image": FILE}, ["a", "c"])],
        ["cog.types.ExperimentalFeatureWarning", "cog.types.Weights"],
    ),
    Old("of_0_16.py:Predictor", ["what"], [({"what": [1]}, [1]), ({"what": ""}, None)], []),
    Old("of_0_17.py:Predictor", [], [({}, {"text": "a", "point": {"x": 1}})], []),
    Old("of_0_20.py:Runner", ["message"], [({"message": {"to": "you"}}, {"hello": "you"})], []),
    Old(
        "of_0_22.py:Runner",
        ["text", "image"],
        [({"text": "a b", "image": FILE}, ["a", "b"])],
        [],
    ),
    Old("of_0_22.py:Alone", ["text"], [({"text": "a"}, "a")], []),
    Old("of_0_22.py:Still", ["text"], [({"text": "a"}, "a")], []),
]


@pytest.mark.parametrize("old", TABLE, ids=lambda old: old.reference)
def test_runs(old: Old, server_python: str, tmp_path: pathlib.Path) -> None:
    file = f"older/{old.reference.partition(':')[0]}"
    with serve(server_python, tmp_path, file, COG_PREDICT_TYPE_STUB=old.reference) as server:
        server.until("READY")
        logs = server.http.get("/health-check").json()["setup"]["logs"]
        told = [line.partition(" is deprecated: ")[0] for line in logs.splitlines()]
        assert sorted(told) == old.deprecated
        document = server.http.get("/openapi.json").json()
        OpenAPIV30SpecValidator(document).validate()
        assert document["components"]["schemas"]["Input"].get("required", []) == old.required
        for inputs, output in old.predictions * 2:
            answer = server.predict(**inputs)
            assert (answer["error"], answer["output"]) == (None, output), json.dumps(answer)
            assert "deprecated" not in answer["logs"]
