"""Runs the schema reader on a text, as most of its tests do."""

import pathlib
import sys
import textwrap
from typing import Any

from cog.schema.document import read
from cog.schema.problem import Place, Refused

VERSION = sys.version_info[:2]
PLACE = Place("cog.yaml", 3, 10)


def document(folder: pathlib.Path, text: str, reference: str = "predict.py:Predictor") -> Any:
    (folder / "predict.py").write_text(textwrap.dedent(text))
    return read(str(folder), (reference, PLACE), None, VERSION)


def predict(folder: pathlib.Path, signature: str, before: str = "") -> Any:
    """Read a model whose predict has this signature; returns the schemas of its document."""
    names = "BaseModel, BasePredictor, ConcatenateIterator, File, Input, Path, Secret"
    text = f"from cog import {names}\nimport typing as t\n{textwrap.dedent(before)}\n"
    text += f"class Predictor(BasePredictor):\n    def predict{signature}: ...\n"
    (folder / "predict.py").write_text(text)
    return read(str(folder), ("predict.py:Predictor", PLACE), None, VERSION)["components"][
        "schemas"
    ]


def problems(folder: pathlib.Path, text: str, reference: str = "predict.py:Predictor") -> list[str]:
    """Read a model that is wrong; returns the messages."""
    try:
        document(folder, text, reference)
    except Refused as refused:
        return [str(problem) for problem in refused.problems]
    raise AssertionError("not refused")
