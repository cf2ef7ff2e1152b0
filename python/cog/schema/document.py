"""The OpenAPI 3.0.2 document of a model (https://spec.openapis.org/oas/v3.0.2), in the shape that
Cog's clients know.
"""

from __future__ import annotations

from cog.schema import output, target
from cog.schema.annotation import Annotations
from cog.schema.constant import Constants
from cog.schema.inputs import Inputs
from cog.schema.names import Project
from cog.schema.problem import Place, Problem, Refused
from cog.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cog.schema.annotation import Schema

    Reference = tuple[str, Place]

_NAMES = {
    "prediction": {
        "Input": "Input",
        "Output": "Output",
        "Request": "PredictionRequest",
        "Response": "PredictionResponse",
    },
    "training": {
        "Input": "TrainingInput",
        "Output": "TrainingOutput",
        "Request": "TrainingRequest",
        "Response": "TrainingResponse",
    },
}
_ERRORS = {
    "400": "The request is no HTTP",
    "406": "The model does not stream",
    "409": "All slots are taken",
    "413": "The body is too large",
    "503": "The model is not ready",
}
_STATUS = ["starting", "processing", "succeeded", "canceled", "failed"]


def read(
    folder: str,
    predict: Reference,
    train: Reference | None,
    version: tuple[int, int],
    paths: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the document of what predicts, and of what trains, in `folder`; Refused with all
    that is wrong.

    A reference is `predict.py:Predictor` and where it stands, for messages about it. `version` is
    the Python that runs the model, `paths` the folders of the project in which it finds modules
    besides the project's own, `environment` the variables that it has.
    """
    reader = _Reader(Project(folder, version, paths, environment))
    reader.add(predict, "prediction")
    if train is not None:
        reader.add(train, "training")
    if reader.problems:
        raise Refused(reader.problems)
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": __version__},
        "paths": reader.paths,
        "components": {"schemas": reader.schemas},
    }


class _Reader:
    """Collects the paths and schemas of a model, and what is wrong with it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._constants = Constants(project)
        self.problems: list[Problem] = []
        self.paths: dict[str, Any] = {
            "/": {"get": _operation("Root", "root", {})},
            "/health-check": {"get": _operation("Healthcheck", "healthcheck", {})},
        }
        self.schemas: dict[str, Schema] = _common()

    def add(self, reference: Reference, kind: str) -> None:
        """Read what predicts or trains."""
        names = _NAMES[kind]
        taken: dict[str, Schema] = {}
        for others in _NAMES.values():
            taken |= {name: {} for name in others.values()}
        taken |= self.schemas
        types = Annotations(self._project, self._constants, output=False)
        inputs = Inputs(self._project, self._constants, types, taken)
        try:
            methods = ("train",) if kind == "training" else ("predict", "run")
            found = target.find(self._project, self._constants, *reference, methods)
            inputs.read(found)
            types = Annotations(self._project, self._constants, output=True)
            result = output.read(types, found) | {"title": names["Output"]}
        except Problem as problem:
            self.problems += [*inputs.problems, problem]
            return
        self.problems += inputs.problems
        schema: Schema = {
            "title": names["Input"],
            "type": "object",
            "properties": inputs.properties,
        }
        required = {"required": inputs.required} if inputs.required else {}
        self.schemas |= inputs.enums | _messages(names)
        self.schemas |= {names["Input"]: schema | required, names["Output"]: result}
        operations = _operations(kind, names)
        post = operations[f"/{kind}s"]["post"]
        if inputs.required:
            self.schemas[names["Request"]]["required"] = ["input"]
            post["requestBody"]["required"] = True
        if found.streaming:
            post["x-cog-streaming"] = True
        if found.concurrency is not None:
            post["x-cog-concurrency"] = found.concurrency
        self.paths |= operations


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _text(title: str, **more: Any) -> Schema:
    return {"title": title, "type": "string", **more}


def _common() -> dict[str, Schema]:
    error_place = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    validation = {
        "loc": {"title": "Location", "type": "array", "items": error_place},
        "msg": _text("Message"),
        "type": _text("Error Type"),
    }
    details = {"title": "Detail", "type": "array", "items": _ref("ValidationError")}
    return {
        "Status": _text("Status", description="The state of a prediction.", enum=_STATUS),
        "ValidationError": _object("ValidationError", validation)
        | {"required": ["loc", "msg", "type"]},
        "HTTPValidationError": _object("HTTPValidationError", {"detail": details}),
        "Error": _object("Error", {"detail": _text("Detail")}),
    }


def _messages(names: dict[str, str]) -> dict[str, Schema]:
    """Return the schemas of a request and its answer."""
    moment = {"format": "date-time", "nullable": True}
    request = {
        "id": _text("Id", nullable=True),
        "input": _ref(names["Input"]),
        "webhook": _text("Webhook", format="uri", nullable=True),
        "webhook_events_filter": {
            "title": "Webhook Events Filter",
            "type": "array",
            "items": {"type": "string", "enum": ["start", "output", "logs", "completed"]},
            "nullable": True,
        },
    }
    response = {
        "id": _text("Id"),
        "version": _text("Version", nullable=True),
        "status": _ref("Status"),
        "input": {"allOf": [_ref(names["Input"])], "nullable": True},
        "output": {"allOf": [_ref(names["Output"])], "nullable": True},
        "error": _text("Error", nullable=True),
        "logs": _text("Logs", default=""),
        "metrics": {"title": "Metrics", "type": "object"},
        "created_at": _text("Created At", **moment),
        "started_at": _text("Started At", **moment),
        "completed_at": _text("Completed At", **moment),
    }
    return {
        names["Request"]: _object(names["Request"], request),
        names["Response"]: _object(names["Response"], response),
    }


def _object(title: str, properties: dict[str, Schema]) -> Schema:
    return {"title": title, "type": "object", "properties": properties}


def _operations(kind: str, names: dict[str, str]) -> dict[str, Any]:
    """Return the paths of predictions or trainings."""
    verb = "predict" if kind == "prediction" else "train"
    cancel = "cancel" if kind == "prediction" else "cancel_training"
    identifier = {
        "name": f"{kind}_id",
        "in": "path",
        "required": True,
        "schema": _text(f"{kind.title()} ID"),
    }
    prefer = {"name": "prefer", "in": "header", "required": False, "schema": _text("Prefer")}
    post = _operation(verb.title(), verb, _ref(names["Response"]))
    invalid = {"description": "Validation Error", "content": _json(_ref("HTTPValidationError"))}
    post["responses"]["202"] = {
        "description": "It is on its way",
        "content": _json(_ref(names["Response"])),
    }
    post["responses"]["422"] = invalid
    for status, text in _ERRORS.items():
        post["responses"][status] = {"description": text, "content": _json(_ref("Error"))}
    end = {**_operation("Cancel", cancel, {}), "parameters": [identifier]}
    end["responses"]["404"] = {"description": "There is none", "content": _json({})}
    post |= {
        "description": "Run the model once." if verb == "predict" else "Train the model once.",
        "parameters": [prefer],
        "requestBody": {"content": _json(_ref(names["Request"]))},
    }
    return {
        f"/{kind}s": {"post": post},
        f"/{kind}s/{{{kind}_id}}/cancel": {"post": end},
    }


def _operation(summary: str, name: str, answer: Schema) -> dict[str, Any]:
    good = {"description": "Successful Response", "content": _json(answer)}
    return {"summary": summary, "operationId": name, "responses": {"200": good}}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
