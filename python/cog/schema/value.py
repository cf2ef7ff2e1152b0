"""Whether a constant fits a schema; used for defaults, so that a wrong one is found before an
image is built.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.annotation import Schema

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def mismatch(schema: Schema, value: Any) -> str | None:
    """Say what is wrong with `value`, as the end of a sentence; None when it fits."""
    if value is None and schema.get("nullable"):
        return None
    if "anyOf" in schema:
        wrong = [mismatch(part, value) for part in schema["anyOf"]]
        return None if None in wrong else " or ".join(str(item) for item in wrong)
    kind = schema.get("type")
    if kind is None:
        return None if _is_json(value) else f"must be a value of JSON, not {value!r}"
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"must be of type {kind}, not {value!r}"
    if isinstance(value, list):
        broken = [mismatch(schema["items"], item) for item in value]
        return next((f"has an item that {item}" for item in broken if item), None)
    if isinstance(value, dict):
        return _broken_members(schema, value)
    return _broken(schema, value)


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    return value is None or isinstance(value, str | int | float)


def _broken_members(schema: Schema, value: dict[Any, Any]) -> str | None:
    """Check the members of an object; those that nothing is said about may be anything of JSON."""
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name in schema.get("required", []):
        if name not in value:
            return f"must have a member '{name}'"
    for name, item in value.items():
        if not isinstance(name, str):
            return f"must have keys that are strings, not {name!r}"
        wrong = mismatch(properties.get(name, others), item)
        if wrong:
            return f"has a member '{name}' that {wrong}"
    return None


def _broken(schema: Schema, value: Any) -> str | None:
    """Check the constraints of a value whose type is right."""
    if "enum" in schema and value not in schema["enum"]:
        return f"must be one of {schema['enum']}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"must be at least the minimum, {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        return f"must be at most the maximum, {schema['maximum']}"
    if "minLength" in schema and len(value) < schema["minLength"]:
        return f"must have at least {schema['minLength']} characters"
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        return f"must have at most {schema['maxLength']} characters"
    if "pattern" in schema:
        import re

        if re.search(schema["pattern"], value) is None:
            return f"must match {schema['pattern']}"
    if schema.get("format") == "uri" and not value.startswith(("data:", "http:", "https:")):
        return "must be a URL: a file of the project cannot be the default of an input"
    return None
