"""As written for Cog 0.13: async, experimental, with metrics."""

import warnings

from cog import (
    AsyncConcatenateIterator,
    BasePredictor,
    ExperimentalFeatureWarning,
    Input,
    emit_metric,
)
from cog.server.scope import current_scope

warnings.filterwarnings("ignore", category=ExperimentalFeatureWarning)


class Predictor(BasePredictor):
    async def setup(self) -> None:
        self.word = "word"

    async def predict(
        self, count: int = Input(default=2, choices=[1, 2])
    ) -> AsyncConcatenateIterator[str]:
        for number in range(count):
            emit_metric("words", number)
            yield f"{self.word} "
        assert current_scope() is not None
