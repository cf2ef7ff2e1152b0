"""The OpenAPI 3.0.2 document of a model (https://spec.openapis.org/oas/v3.0.2), in the shape that
Cog's clients know.
"""

from __future__ import annotations

from cog.schema import output, target
from cog.schema.annotation import Annotations
from cog.schema.constant import Constants
from cog.schema.inputs import Inputs
from cog.schema.interface import Interface
from cog.schema.names import Project
from cog.schema.problem import Place, Problem, Refused
from cog.version import API_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cog.schema.annotation import Schema
    from cog.schema.record import Record

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
METHODS = {"prediction": ("predict", "run"), "training": ("train",)}
_ERRORS = {
    "400": "The request is not HTTP",
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
    record: Record | None = None,
    current: bool = False,
) -> dict[str, Any]:
    """Return the document of what predicts, and of what trains, in `folder`; Refused with all
    that is wrong.

    A reference is `predict.py:Predictor` and where it stands, for messages about it. `version` is
    the Python that runs the model, `paths` the folders of the project in which it finds modules
    besides the project's own, `environment` the variables that it has; `record` takes down what
    is looked at. `current`: the model is written for Cog 0.17 or later, whatever its function is
    called.
    """
    project = Project(folder, version, paths, environment, record)
    constants = Constants(project)
    document = Document()
    problems: list[Problem] = []
    for kind, reference in (("prediction", predict), ("training", train)):
        if reference is not None:
            interface = Interface(document.taken())
            problems += _fill(interface, project, constants, reference, kind, current)
            document.add(interface, kind)
    if problems:
        raise Refused(problems)
    return document.whole()


def _fill(
    interface: Interface,
    project: Project,
    constants: Constants,
    reference: Reference,
    kind: str,
    current: bool,
) -> list[Problem]:
    """Read what predicts or trains; returns what is wrong with it."""
    types = Annotations(project, constants, output=False)
    inputs = Inputs(project, constants, types, interface, current)
    try:
        found = target.find(project, constants, *reference, METHODS[kind])
        interface.streaming, interface.concurrency = found.streaming, found.concurrency
        inputs.read(found)
        types = Annotations(project, constants, output=True)
        interface.output = output.read(types, found)
    except Problem as problem:
        inputs.problems.append(problem)
    return inputs.problems


class Document:
    """The document of a model that is put together from interfaces."""

    def __init__(self) -> None:
        self._paths: dict[str, Any] = {
            "/": {"get": _operation("Root", "root", {})},
            "/health-check": {"get": _operation("Healthcheck", "healthcheck", {})},
        }
        self._schemas: dict[str, Schema] = _common()

    def taken(self) -> dict[str, Schema]:
        """Return the schemas that choices cannot have the names of, unless they are the same."""
        names: dict[str, Schema] = {
            name: {} for others in _NAMES.values() for name in others.values()
        }
        return names | self._schemas

    def add(self, interface: Interface, kind: str) -> None:
        """Add what predicts or trains."""
        names = _NAMES[kind]
        schema: Schema = {
            "title": names["Input"],
            "type": "object",
            "properties": interface.properties,
        }
        required = {"required": interface.required} if interface.required else {}
        self._schemas |= interface.enums | _messages(names)
        self._schemas[names["Input"]] = schema | required
        self._schemas[names["Output"]] = interface.output | {"title": names["Output"]}
        operations = _operations(kind, names)
        post = operations[f"/{kind}s"]["post"]
        if interface.required:
            self._schemas[names["Request"]]["required"] = ["input"]
            post["requestBody"]["required"] = True
        if interface.streaming:
            post["x-cog-streaming"] = True
        if interface.concurrency is not None:
            post["x-cog-concurrency"] = interface.concurrency
        self._paths |= operations

    def whole(self) -> dict[str, Any]:
        """Return the document."""
        return {
            "openapi": "3.0.2",
            "info": {"title": "Cog", "version": API_VERSION},
            "paths": self._paths,
            "components": {"schemas": self._schemas},
        }


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
