"""Input() kept in constants, and in a class of them."""

from cog import BasePredictor, Input

PROMPT = Input(description="What to draw")


class Inputs:
    seed = Input(description="Seed", default=0, ge=0)
    steps = Input(description="Steps", default=4, le=50)


class Predictor(BasePredictor):
    def predict(
        self, prompt: str = PROMPT, seed: int = Inputs.seed, steps: int = Inputs.steps
    ) -> str:
        return prompt
