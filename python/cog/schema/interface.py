"""What one function of a model takes and gives, however that was found out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cog.schema.annotation import Schema


def title(name: str) -> str:
    """`max_size` as a person writes it: `Max Size`."""
    return name.replace("_", " ").title()


class Interface:
    """`properties` and `required` of the inputs, `enums`: schemas of choices by name, `output`, and
    what the decorators say. `taken` are names that no schema of choices can have.
    """

    def __init__(self, taken: Mapping[str, Schema]) -> None:
        self._taken = taken
        self.properties: dict[str, Schema] = {}
        self.required: list[str] = []
        self.enums: dict[str, Schema] = {}
        self.output: Schema = {}
        self.streaming = False
        self.concurrency: int | None = None

    def add(self, name: str, order: int, schema: Schema, optional: bool) -> None:
        """Add an input; one that is not optional is required, unless its type allows null."""
        if not optional and not schema.get("nullable"):
            self.required.append(name)
        schema |= {"title": title(name), "x-order": order}
        self.properties[name] = self._lift_enum(name, schema)

    def _lift_enum(self, name: str, schema: Schema) -> Schema:
        """Move the choices into a schema of their own, named like the input, as clients of Cog
        expect, unless a schema cannot have that name.
        """
        if "enum" not in schema or not name.isascii():
            return schema
        lifted = {
            "description": "An enumeration.",
            "enum": schema["enum"],
            "title": name,
            "type": schema["type"],
        }
        if self._taken.get(name, lifted) != lifted:
            return schema
        self.enums[name] = lifted
        rest = {key: item for key, item in schema.items() if key not in lifted}
        if "description" in schema:
            rest["description"] = schema["description"]
        return rest | {"allOf": [{"$ref": f"#/components/schemas/{name}"}]}
