"""Takes what names the model out of a cog/config-1 or cog/project-1 document, with its places in
cog.yaml.
"""

from __future__ import annotations

import json

from cog.schema.problem import Place, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.document import Reference


def version_of(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a version; None: it is none."""
    parts = text.split(".")[:2]
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        return int(parts[0]), int(parts[1])
    return None


def is_current(sdk: str) -> bool:
    """Whether build.sdk_version says that a model is written for Cog 0.17 or later."""
    version = version_of(sdk)
    return version is not None and version >= (0, 17)


_SCHEMAS = ("cog/config-1", "cog/project-1")


class Config:
    """`predict` and `train`: what predicts, and what trains if anything does. `python`: the
    version that will run them, None where cog chooses it. `current`: they are written for Cog 0.17
    or later. `environment`: variables that they get. `paths`: folders of the project that hold
    packages of its own; only a cog/project-1 knows them.
    """

    def __init__(self, text: str, name: str) -> None:
        """`name` is how messages call the document."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Problem(Place(name), "config", f"not JSON: {error}") from None
        if not isinstance(document, dict) or document.get("schema") not in _SCHEMAS:
            raise Problem(Place(name), "config", "not a cog/config-1 or cog/project-1 document")
        self._config, source = _object(document.get("config")), _object(document.get("source"))
        self._positions = _object(source.get("positions"))
        self._file = str(source.get("file", name))
        predict = self._reference("run") or self._reference("predict")
        if predict is None:
            text = "no model is named; add 'predict: predict.py:Predictor'"
            raise Problem(Place(self._file), "reference", text)
        self.predict = predict
        self.train = self._reference("train")
        self.python = version_of(self._build("python_version"))
        self.current = is_current(self._build("sdk_version"))
        self.environment = self._environment()
        paths = _object(document.get("facts")).get("import_paths", [])
        self.paths = [str(_object(entry).get("path", "")) for entry in paths]

    def _reference(self, key: str) -> Reference | None:
        if not isinstance(self._config.get(key), str):
            return None
        match self._positions.get(f"/{key}"):
            case [int(line), int(column)]:
                return self._config[key], Place(self._file, line, column)
        return self._config[key], Place(self._file)

    def _build(self, key: str) -> str:
        return str(_object(self._config.get("build")).get(key, ""))

    def _environment(self) -> dict[str, str]:
        given = self._config.get("environment")
        pairs = [str(item).partition("=") for item in given] if isinstance(given, list) else []
        return {name: value for name, _, value in pairs}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
