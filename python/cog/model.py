"""BaseModel: a structured output. A subclass with annotations becomes a dataclass; its fields are
the JSON members.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform() -> Any:
        """Stand in for typing.dataclass_transform, which Python 3.10 does not have."""
        return lambda cls: cls


@dataclass_transform()
class BaseModel:
    """Base class of structured outputs: `class Output(BaseModel): label: str; score: float`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Imported here: dataclasses pulls in inspect, a third of what importing cog may cost.
        import dataclasses

        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(cls)
