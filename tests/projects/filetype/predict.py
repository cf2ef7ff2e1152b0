"""What kind of file is this? Magika's network looks at the bytes; its weights come inside the package."""

from cog import BaseModel, BasePredictor, Input, Path
from magika import Magika


class Output(BaseModel):
    label: str
    description: str
    group: str
    mime_type: str
    score: float


class Predictor(BasePredictor):
    def setup(self) -> None:
        self.magika = Magika()

    def predict(self, file: Path = Input(description="The file to look at")) -> Output:
        found = self.magika.identify_bytes(file.read_bytes())
        return Output(
            label=found.output.label,
            description=found.output.description,
            group=found.output.group,
            mime_type=found.output.mime_type,
            score=round(found.score, 3),
        )
