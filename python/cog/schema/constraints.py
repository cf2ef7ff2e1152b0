"""What Input() says of an input, as keywords of its schema, and whether that fits: the same for
what is read from the text and for what an imported module has.
"""

from __future__ import annotations

from cog.schema import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cog.schema.annotation import Schema

# Input()'s arguments: the keyword that each becomes, what it may be, and the types it is about.
ARGUMENTS: dict[str, tuple[str, tuple[type, ...], tuple[str, ...]]] = {
    "description": ("description", (str,), ()),
    "ge": ("minimum", (int, float), ("integer", "number")),
    "le": ("maximum", (int, float), ("integer", "number")),
    "min_length": ("minLength", (int,), ("string",)),
    "max_length": ("maxLength", (int,), ("string",)),
    "regex": ("pattern", (str,), ("string",)),
    "choices": ("enum", (list, tuple), ("string", "integer")),
    "deprecated": ("deprecated", (bool,), ()),
    "accept": ("x-cog-accept", (str, list, tuple), ()),
}


class Unfit(Exception):
    """An argument of Input(), `key`, is wrong; the text says why. `dynamic`: as Problem has it."""

    def __init__(self, key: str, why: str, dynamic: str | None = None) -> None:
        super().__init__(why)
        self.key = key
        self.dynamic = dynamic


def check_kind(key: str, found: Any) -> None:
    """Refuse a value that an argument cannot have, whatever the input's type."""
    kinds = ARGUMENTS[key][1]
    wrong = isinstance(found, bool) and bool not in kinds
    if found is not None and (wrong or not isinstance(found, kinds)):
        text = f"Input({key}=…) must be {' or '.join(kind.__name__ for kind in kinds)}"
        unordered = "the order of a set changes from run to run"
        raise Unfit(key, text, unordered if isinstance(found, set) else None)


def constrain(schema: Schema, values: dict[str, Any]) -> None:
    """Add the arguments, but for the default, to the schema of the type."""
    keywords: Schema = {}
    for key, found in values.items():
        if found is None:
            continue
        keyword, _, fits = ARGUMENTS[key]
        plain = "format" not in schema and "enum" not in schema
        if fits and not (schema.get("type") in fits and plain):
            raise Unfit(key, f"Input({key}=…) is for {' and '.join(fits)} inputs")
        wrong = _CHECKS[key](schema, found) if key in _CHECKS else None
        if wrong:
            raise Unfit(key, wrong)
        if key == "choices":
            found = list(dict.fromkeys(found))
        elif key == "accept" and not isinstance(found, str):
            found = ",".join(found)
        keywords[keyword] = found
    for low, high in (("ge", "le"), ("min_length", "max_length")):
        first, last = values.get(low), values.get(high)
        if first is not None and last is not None and first > last:
            raise Unfit(low, f"{low}={first} is more than {high}={last}: no value is allowed")
    schema |= keywords


def set_default(name: str, schema: Schema, default: Any) -> bool:
    """Add the default to the schema of the input. False when it is None and the type does not allow
    that: `seed: int = Input(default=None)`. Up to Cog 0.16 the input might then be left out.
    """
    if default is None and schema.get("x-cog-secret"):
        schema["nullable"] = True
    takes_null = schema.get("nullable") or not ("type" in schema or "anyOf" in schema)
    if default is None and not takes_null:
        return False
    wrong = value.mismatch(schema, default)
    if wrong:
        raise Unfit("default", f"the default of '{name}' {wrong}")
    schema["default"] = default
    return True


def _check_regex(schema: Schema, pattern: Any) -> str | None:
    import re

    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"'{pattern}' is not a regular expression: {error}"
    return None


def _check_choices(schema: Schema, choices: Any) -> str | None:
    for choice in choices:
        wrong = value.mismatch(schema, choice)
        if wrong:
            return f"a choice {wrong}"
    return None if choices else "Input(choices=…) needs a value"


def _check_length(schema: Schema, length: Any) -> str | None:
    return None if length >= 0 else "a length cannot be negative"


def _check_accept(schema: Schema, accept: Any) -> str | None:
    while schema.get("type") == "array":
        schema = schema["items"]
    if schema.get("format") != "uri":
        return "accept is only valid on Path or File inputs"
    for item in accept.replace(" ", "").split(",") if isinstance(accept, str) else accept:
        if not isinstance(item, str) or not (item.startswith(".") or "/" in item):
            return f"accept lists types and extensions, as 'image/*' and '.png', not {item!r}"
    return None


_CHECKS = {
    "regex": _check_regex,
    "choices": _check_choices,
    "min_length": _check_length,
    "max_length": _check_length,
    "accept": _check_accept,
}
