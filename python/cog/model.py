"""BaseModel: a structured output. A subclass with annotations becomes a dataclass; its fields are
the JSON members.

Once it was pydantic's, and models rely on that: a field that may be None need not be given, a list
or dict may be a default, and fields without a default may follow those that have one, by name only.
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

    def __init_subclass__(
        cls, *, auto_dataclass: bool = True, init: bool = True, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if not auto_dataclass:
            return
        # Imported here: dataclasses pulls in inspect, a third of what importing cog may cost.
        import dataclasses

        _set_defaults(cls)
        dataclasses.dataclass(init=init)(cls)


def _set_defaults(cls: type) -> None:
    """Say to dataclasses what it would refuse, or ask for, otherwise."""
    import dataclasses
    import inspect

    from cog.signature import is_optional

    try:
        hints = inspect.get_annotations(cls, eval_str=True)
    except Exception:
        # A name that is not there, or not yet: what is optional cannot be told.
        hints = inspect.get_annotations(cls)
    inherited = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    follows = any(hasattr(cls, field.name) for field in inherited)
    for name, hint in hints.items():
        value = cls.__dict__.get(name)
        if not hasattr(cls, name) and is_optional(hint):
            setattr(cls, name, None)
        elif isinstance(value, list | dict | set):
            setattr(cls, name, dataclasses.field(default_factory=value.copy))
        elif not hasattr(cls, name) and follows:
            setattr(cls, name, dataclasses.field(kw_only=True))
        follows = follows or hasattr(cls, name)
