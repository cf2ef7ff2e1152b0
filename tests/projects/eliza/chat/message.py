"""What goes in."""

from typing import Literal, NotRequired, TypedDict, Union

Stop = Union[str, list[str], None]


class Message(TypedDict):
    role: Literal["user", "assistant"]
    content: str
    name: NotRequired[str]
