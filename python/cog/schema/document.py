"""The OpenAPI 3.0.2 document of a model (https://spec.openapis.org/oas/v3.0.2), in the shape that
Cog's clients know.
"""

from typing import Any

from cog.schema import output
from cog.schema.annotation import Schema
from cog.schema.inputs import Inputs
from cog.schema.problem import Place, Problem, Refused
from cog.schema.target import find
from cog.version import __version__

_STATUS = ["starting", "processing", "succeeded", "canceled", "failed"]


def read(folder: str, reference: str, place: Place) -> dict[str, Any]:
    """Return the document of `reference` in `folder`; Refused with all that is wrong.

    `place` is where the reference itself stands, for messages about it.
    """
    try:
        target = find(folder, reference, place)
    except Problem as problem:
        raise Refused([problem]) from None
    inputs = Inputs(target.source)
    inputs.read(target.function, target.method)
    result: Schema = {}
    try:
        result = output.read(target.source, target.function)
    except Problem as problem:
        inputs.problems.append(problem)
    if inputs.problems:
        raise Refused(inputs.problems)
    schemas = _schemas() | inputs.enums | {"Input": _input(inputs), "Output": result}
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": __version__},
        "paths": _paths(),
        "components": {"schemas": schemas},
    }


def _input(inputs: Inputs) -> Schema:
    schema: Schema = {"title": "Input", "type": "object", "properties": inputs.properties}
    return schema | ({"required": inputs.required} if inputs.required else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _text(title: str, **more: Any) -> Schema:
    return {"title": title, "type": "string", **more}


def _schemas() -> dict[str, Schema]:
    moment = {"format": "date-time", "nullable": True}
    error_place = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    request = {
        "id": _text("Id", nullable=True),
        "input": _ref("Input"),
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
        "input": {"allOf": [_ref("Input")], "nullable": True},
        "output": {"allOf": [_ref("Output")], "nullable": True},
        "error": _text("Error", nullable=True),
        "logs": _text("Logs", default=""),
        "metrics": {"title": "Metrics", "type": "object"},
        "created_at": _text("Created At", **moment),
        "started_at": _text("Started At", **moment),
        "completed_at": _text("Completed At", **moment),
    }
    validation = {
        "loc": {"title": "Location", "type": "array", "items": error_place},
        "msg": _text("Message"),
        "type": _text("Error Type"),
    }
    details = {"title": "Detail", "type": "array", "items": _ref("ValidationError")}
    return {
        "PredictionRequest": _object("PredictionRequest", request),
        "PredictionResponse": _object("PredictionResponse", response),
        "Status": _text("Status", description="The state of a prediction.", enum=_STATUS),
        "ValidationError": _object("ValidationError", validation)
        | {"required": ["loc", "msg", "type"]},
        "HTTPValidationError": _object("HTTPValidationError", {"detail": details}),
    }


def _object(title: str, properties: dict[str, Schema]) -> Schema:
    return {"title": title, "type": "object", "properties": properties}


def _paths() -> dict[str, Any]:
    identifier = {
        "name": "prediction_id",
        "in": "path",
        "required": True,
        "schema": _text("Prediction ID"),
    }
    prefer = {"name": "prefer", "in": "header", "required": False, "schema": _text("Prefer")}
    return {
        "/": {"get": _operation("Root", "root", {})},
        "/health-check": {"get": _operation("Healthcheck", "healthcheck", {})},
        "/predictions": {
            "post": {
                **_operation("Predict", "predict", _ref("PredictionResponse")),
                "description": "Run the model once.",
                "parameters": [prefer],
                "requestBody": {"content": _json(_ref("PredictionRequest"))},
            }
        },
        "/predictions/{prediction_id}/cancel": {
            "post": {**_operation("Cancel", "cancel", {}), "parameters": [identifier]}
        },
    }


def _operation(summary: str, name: str, answer: Schema) -> dict[str, Any]:
    invalid = {"description": "Validation Error", "content": _json(_ref("HTTPValidationError"))}
    good = {"description": "Successful Response", "content": _json(answer)}
    responses = {"200": good} | ({"422": invalid} if name == "predict" else {})
    return {"summary": summary, "operationId": name, "responses": responses}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
