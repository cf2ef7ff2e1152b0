"""Takes the reference to the model out of a cog/config-1 document, with its place in cog.yaml."""

import json
from typing import Any

from cog.schema.problem import Place, Problem


def reference(text: str, name: str) -> tuple[str, Place]:
    """Return `predict.py:Predictor` and where it stands. `name` is how messages call the
    document.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(Place(name), "config", f"not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != "cog/config-1":
        raise Problem(Place(name), "config", "not a cog/config-1 document")
    config, source = _object(document.get("config")), _object(document.get("source"))
    file = str(source.get("file", name))
    for key in ("run", "predict"):
        if isinstance(config.get(key), str):
            return config[key], _place(file, _object(source.get("positions")).get(f"/{key}"))
    raise Problem(
        Place(file), "reference", "no model is named; add 'predict: predict.py:Predictor'"
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _place(file: str, position: Any) -> Place:
    match position:
        case [int(line), int(column)]:
            return Place(file, line, column)
    return Place(file)
