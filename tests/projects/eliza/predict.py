"""ELIZA, after Weizenbaum: turns what is said into a question."""

from chat import Chat
from chat.script import RULES


class Predictor(Chat):
    async def setup(self) -> None:
        self.rules = RULES
