"""Training, with inputs of its own."""

from cog import BaseModel, Input, Path


class TrainingOutput(BaseModel):
    weights: Path


def train(
    data: Path = Input(accept=[".zip"]),
    size: str = Input(choices=["small", "large"], default="small"),
    steps: int = Input(default=1000, ge=1),
) -> TrainingOutput:
    return TrainingOutput(weights=data)


def predict(size: str = Input(choices=["s", "l"], default="s")) -> str:
    return size
