"""Coder: how values of a type that cog does not know become JSON objects, and come back.

A model registers a subclass once, at import:

    Coder.register(PointCoder)

Its factory() is asked for each type that cog has no rule for, of inputs and of outputs, and
returns a coder for the types that are its own, None for others.
"""

from abc import ABC, abstractmethod
from typing import Any, Optional


class Coder(ABC):
    """Encodes to and decodes from a JSON object."""

    _coders: list[type["Coder"]] = []  # noqa: RUF012 - one registry for all

    @staticmethod
    def register(coder: type["Coder"]) -> None:
        """Ask `coder` from now on; registering it again changes nothing."""
        if coder not in Coder._coders:
            Coder._coders.append(coder)

    @staticmethod
    def lookup(tpe: Any) -> Optional["Coder"]:
        """Return the coder of a type, None when no registered one wants it."""
        found = (coder.factory(tpe) for coder in Coder._coders)
        return next((coder for coder in found if coder is not None), None)

    @staticmethod
    @abstractmethod
    def factory(tpe: Any) -> Optional["Coder"]:
        """Return a coder for `tpe`, or None."""

    @abstractmethod
    def encode(self, x: Any) -> dict[str, Any]:
        """Return `x` as an object of JSON values."""

    @abstractmethod
    def decode(self, x: dict[str, Any]) -> Any:
        """Return what encode() was given."""
