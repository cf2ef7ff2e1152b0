"""Input(): what a parameter of predict() accepts beyond its type.

The bounds end up as keywords of the OpenAPI document (cog.schema reads them from the source text)
and are checked again by the worker (cog.coercion). A wrong combination is a TypeError or
ValueError where it is written.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple


class FieldInfo(NamedTuple):
    """The arguments of one Input(); `default` is `...` when the input is required."""

    default: Any = ...
    description: str | None = None
    ge: float | None = None
    le: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    regex: str | None = None
    choices: Sequence[str | int] | None = None
    deprecated: bool | None = None
    accept: str | Sequence[str] | None = None


def Input(  # noqa: N802 - the name is Cog's
    default: Any = ...,
    *,
    description: str | None = None,
    ge: float | None = None,
    le: float | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    regex: str | None = None,
    choices: Sequence[str | int] | None = None,
    deprecated: bool | None = None,
    accept: str | Sequence[str] | None = None,
) -> Any:
    """Describe one parameter: its default, its text and its bounds.

    ge and le bound numbers (inclusive); min_length, max_length and regex (searched, not anchored)
    bound strings; choices lists the only strings or integers allowed; accept lists the types and
    extensions of a Path or File, for a page that lets people pick one.
    """
    if regex is not None:
        _compile(regex)
    if choices is not None and not choices:
        raise ValueError("Input(choices=...) needs a value")
    if ge is not None and le is not None and ge > le:
        raise ValueError(f"Input(ge={ge}, le={le}) allows no value")
    if min_length is not None and max_length is not None and min_length > max_length:
        raise ValueError(f"Input(min_length={min_length}, max_length={max_length}) allows no value")
    if choices is not None:
        # list(Mode) of a StrEnum: the values are what a request has.
        choices = [getattr(choice, "value", choice) for choice in choices]
    return FieldInfo(
        default, description, ge, le, min_length, max_length, regex, choices, deprecated, accept
    )


def _compile(regex: str) -> None:
    try:
        re.compile(regex)
    except re.error as error:
        raise ValueError(f"Input(regex={regex!r}) is not a regular expression: {error}") from None
