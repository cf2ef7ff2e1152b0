"""As written for Cog 0.20: runners, opaque types."""

from typing import Annotated, Optional

from cog import BaseRunner, Input, Opaque


class Message(dict):
    pass


class Runner(BaseRunner):
    def setup(self, weights: Optional[str] = None) -> None:
        self.greeting = "hello"

    def run(
        self, message: Annotated[Message, Opaque], seed: Optional[int] = Input(default=None)
    ) -> dict:
        self.record_metric("seeded", 1 if seed is None else 0)
        return {self.greeting: message["to"]}
