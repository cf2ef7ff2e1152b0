"""The model's OpenAPI document, and the check of inputs against it.

The document is read from a file written when the image was built; without one it is made by the
user's Python with `python -m cog.schema`. The inputs are checked by pydantic's core, with a
validator built from the Input schema: no value is coerced, members that the model does not know
are ignored.
"""

import asyncio
import json
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema
from pydantic_core import SchemaError as SchemaBuildError


class SchemaError(Exception):
    """The document cannot be had; the text says why."""


async def load(file: str, python: str, model: str) -> "Document":
    """Read or compute the document of the model."""
    try:
        with open(file, "rb") as stream:
            text = stream.read()
    except FileNotFoundError:
        text = await _compute(python, model)
    except OSError as error:
        raise SchemaError(f"{file}: {error.strerror}") from None
    try:
        return Document(text)
    except (ValueError, LookupError, TypeError, AttributeError, SchemaBuildError) as error:
        raise SchemaError(f"{file} is not the OpenAPI document of a model: {error!r}") from None


async def _compute(python: str, model: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        python,
        "-m",
        "cog.schema",
        model,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise SchemaError(errors.decode(errors="replace").strip())
    return output


class Document:
    """The document: `text` as it is served, and the check of a request's inputs."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._schemas = json.loads(text)["components"]["schemas"]
        properties = self._schemas["Input"].get("properties", {})
        self.names = frozenset(properties)
        self._validator = SchemaValidator(self._members(self._schemas["Input"]))

    def errors(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what is wrong, in the form of a 422 answer: loc, msg, type."""
        try:
            self._validator.validate_python(values)
        except ValidationError as error:
            return [
                {"loc": ["body", "input", *item["loc"]], "msg": item["msg"], "type": item["type"]}
                for item in error.errors(
                    include_url=False, include_context=False, include_input=False
                )
            ]
        return []

    def _members(self, schema: dict[str, Any]) -> CoreSchema:
        """Check the members that the schema names, and no others."""
        required = schema.get("required", [])
        fields = {
            name: core_schema.typed_dict_field(self._core(member), required=name in required)
            for name, member in schema.get("properties", {}).items()
        }
        return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="ignore")

    def _core(self, schema: dict[str, Any]) -> CoreSchema:
        core = self._plain(schema)
        return core_schema.nullable_schema(core) if schema.get("nullable") else core

    def _plain(self, schema: dict[str, Any]) -> CoreSchema:
        if "allOf" in schema:
            return self._core(self._schemas[schema["allOf"][0]["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return core_schema.union_schema([self._core(part) for part in schema["anyOf"]])
        if "enum" in schema:
            literal = core_schema.literal_schema(schema["enum"])
            if schema.get("type") != "integer":
                return literal
            # To the core, true and 1.0 are the literal 1.
            return core_schema.chain_schema([core_schema.int_schema(strict=True), literal])
        match schema.get("type"):
            case "string":
                return _string(schema)
            case "integer":
                return core_schema.int_schema(
                    strict=True, ge=schema.get("minimum"), le=schema.get("maximum")
                )
            case "number":
                return core_schema.float_schema(
                    strict=True,
                    allow_inf_nan=False,
                    ge=schema.get("minimum"),
                    le=schema.get("maximum"),
                )
            case "boolean":
                return core_schema.bool_schema(strict=True)
            case "array":
                return core_schema.list_schema(self._core(schema.get("items", {})), strict=True)
            case "object":
                if "properties" in schema:
                    return self._members(schema)
                values = self._core(schema.get("additionalProperties", {}))
                return core_schema.dict_schema(core_schema.str_schema(), values, strict=True)
        return core_schema.any_schema()


def _string(schema: dict[str, Any]) -> CoreSchema:
    # The model's patterns are Python's, which the core's default engine does not all understand.
    pattern = "^(?:data:|https?:)" if schema.get("format") == "uri" else schema.get("pattern")
    return core_schema.str_schema(
        strict=True,
        pattern=pattern,
        regex_engine="python-re",
        min_length=schema.get("minLength"),
        max_length=schema.get("maxLength"),
    )
