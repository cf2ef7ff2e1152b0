"""What every chat predictor has: its inputs, and an answer that comes word by word."""

import re

import cog
from cog import AsyncConcatenateIterator as Words

from .message import Message, Stop
from .script import DEFAULT, MOODS, REFLECTIONS


class Chat(cog.BasePredictor):
    rules: list[tuple[str, list[str]]]

    @cog.streaming
    @cog.concurrent(max=4)
    async def predict(
        self,
        messages: list[Message] = cog.Input(description="The conversation; the last is answered"),
        mood: str = cog.Input(choices=list(MOODS), default=DEFAULT, description="How to begin"),
        stop: Stop = cog.Input(description="Words that end the answer", default=None),
        seed: int = cog.Input(description="Picks the answer", default=0, ge=0, le=2**31 - 1),
    ) -> Words[str]:
        stops = [stop] if isinstance(stop, str) else stop or []
        text = f"{MOODS[mood]}{self.answer(messages[-1]['content'], seed)}"
        for word in re.findall(r"\S+\s*", text):
            if word.strip() in stops:
                break
            yield word

    def answer(self, text: str, seed: int) -> str:
        """Return the answer of the first rule that fits."""
        for pattern, answers in self.rules:
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                words = [reflect(group) for group in found.groups()]
                return answers[seed % len(answers)].format(*words)
        return "Please go on."


def reflect(text: str) -> str:
    """Turn "my" into "your", and so on."""
    words = text.strip(" .!?").split()
    return " ".join(REFLECTIONS.get(word.lower(), word) for word in words)
