"""The model's OpenAPI document, and the check of inputs against it.

The document is read from a file written when the image was built; without one it is made by the
user's Python with `python -m cog.schema`. The inputs are checked by pydantic's core, with a
validator built from the Input schema: no value is coerced, members that the model does not know
are ignored.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema
from pydantic_core import SchemaError as SchemaBuildError

from cog_server import body

# Where a value stands: the list or dict that holds it, and its index or key there.
Place = tuple[Any, Any]


class SchemaError(Exception):
    """The document cannot be had; the text says why."""


async def load(file: str, python: str, model: str, training: bool) -> "Document":
    """Read or compute the document of the model."""
    try:
        with open(file, "rb") as stream:
            text = stream.read()
    except FileNotFoundError:
        text = await _compute(python, model)
    except OSError as error:
        raise SchemaError(f"{file}: {error.strerror}") from None
    try:
        return Document(text, training)
    except (ValueError, LookupError, TypeError, AttributeError, SchemaBuildError) as error:
        raise SchemaError(f"{file} is not the OpenAPI document of a model: {error!r}") from None


async def _compute(python: str, model: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        python,
        "-m",
        "cog.schema",
        "--import",
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
    """The document: `text` as it is served, the check of a request's inputs, and where files and
    secrets are.
    """

    def __init__(self, text: bytes, training: bool = False) -> None:
        self.text = text
        whole = json.loads(text)
        self._schemas = whole["components"]["schemas"]
        prefix = "Training" if training and "TrainingInput" in self._schemas else ""
        self._input = self._schemas[f"{prefix}Input"]
        self._output = self._schemas.get(f"{prefix}Output", {})
        operation = whole.get("paths", {}).get("/predictions", {}).get("post", {})
        self._iterates = self._output.get("x-cog-array-type") == "iterator"
        self.streams = bool(operation.get("x-cog-streaming"))
        properties = self._input.get("properties", {})
        self.names = frozenset(properties)
        self._validator = SchemaValidator(self._members(self._input))
        self._has_files = '"uri"' in json.dumps(self._input)
        self._has_secrets = '"password"' in json.dumps(self._input)

    def errors(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what is wrong, in the form of a 422 answer: loc, msg, type."""
        try:
            self._validator.validate_python(values)
        except ValidationError as error:
            return body.details(error, "body", "input")
        return []

    def _members(self, schema: dict[str, Any]) -> CoreSchema:
        """Check the members that the schema names, and no others."""
        required = schema.get("required", [])
        fields = {
            name: core_schema.typed_dict_field(self._core(member), required=name in required)
            for name, member in schema.get("properties", {}).items()
        }
        return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="ignore")

    def urls(self, values: dict[str, Any]) -> list[Place]:
        """Return the places of inputs that are files to be fetched by http or https."""
        if not self._has_files:
            return []
        places = self._places(self._input, [values], 0, "uri")
        return [place for place in places if place[0][place[1]].startswith("http")]

    def secrets(self, values: dict[str, Any]) -> tuple[str, ...]:
        """Return the values of secret inputs."""
        if not self._has_secrets:
            return ()
        places = self._places(self._input, [values], 0, "password")
        return tuple(container[key] for container, key in places)

    def files(self, holder: list[Any]) -> Iterator[Place]:
        """Yield the places of files in a list that holds one output: the whole, or one of those
        that come one by one.
        """
        schema = self._output.get("items", {}) if self._iterates else self._output
        yield from self._places(schema, holder, 0, "uri")

    def _places(
        self, schema: dict[str, Any], container: Any, key: Any, form: str
    ) -> Iterator[Place]:
        """Yield the places of strings of a format in a value that is described by a schema."""
        for part in (schema, *schema.get("allOf", []), *schema.get("anyOf", [])):
            part = self._resolve(part)
            value = container[key]
            if isinstance(value, str) and part.get("format") == form:
                yield container, key
            elif isinstance(value, list) and "items" in part:
                for index in range(len(value)):
                    yield from self._places(part["items"], value, index, form)
            elif isinstance(value, dict):
                known, others = part.get("properties", {}), part.get("additionalProperties")
                for name in value:
                    below = known.get(name, others)
                    if isinstance(below, dict):
                        yield from self._places(below, value, name, form)

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            found: dict[str, Any] = self._schemas[schema["$ref"].rpartition("/")[2]]
            return found
        return schema

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
