"""As written for Cog 0.9, whose BaseModel was pydantic's, of version 1."""

from typing import List, Optional

from cog import BaseModel, BasePredictor, File, Path
from cog.server.exceptions import CancelationException
from cog.types import Input


class Part(BaseModel):
    name: str
    note: Optional[str]


class Output(BaseModel):
    parts: List[Part] = []
    files: dict = {}
    image: Optional[Path]
    seed: int


class Predictor(BasePredictor):
    def setup(self):
        self.parts = [Part(name="first")]

    def predict(
        self,
        text: str = Input(description="What to say"),
        model: str = Input(choices=["only"], default="only"),
        seed: int = Input(description="Leave out for any", default=None),
        mask: Path = Input(default=None),
        document: File = None,
        scale: float = Input(default=1, ge=0, le=2),
    ) -> Output:
        try:
            assert Output(seed=1).parts == []
            Output(seed=2).parts.append(self.parts[0])
            assert Output(seed=3).parts == []
        except CancelationException:
            raise
        if seed is None and mask is None and document is None:
            return Output(seed=0, parts=[*self.parts, Part(name=f"{text} {scale}", note=model)])
        return Output(seed=seed)
