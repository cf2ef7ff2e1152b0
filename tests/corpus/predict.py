from cog import BasePredictor, Input, Path


class Predictor(BasePredictor):
    def setup(self) -> None:
        self.model = None

    def predict(
        self,
        prompt: str = Input(description="Input prompt", default="a cat"),
        width: int = Input(description="Width", choices=[512, 768, 1024], default=512),
        scale: float = Input(description="Guidance scale", ge=1, le=20, default=7.5),
        seed: int = Input(description="Leave blank to randomize the seed", default=None),
    ) -> Path:
        return Path("/tmp/out.png")
