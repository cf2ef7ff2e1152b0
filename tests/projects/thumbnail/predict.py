"""Scales an image down so that it fits into a square; its proportions stay."""

import tempfile

from cog import BasePredictor, Input, Path
from PIL import Image

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
}


class Predictor(BasePredictor):
    def predict(
        self,
        image: Path = Input(description="The picture, in any format that Pillow reads"),
        size: int = Input(description="Longest side in pixels", default=128, ge=16, le=1024),
        filter: str = Input(
            description="How pixels are combined",
            default="lanczos",
            choices=["nearest", "bilinear", "lanczos"],
        ),
    ) -> Path:
        with Image.open(image) as picture:
            small = picture.convert("RGB")
        small.thumbnail((size, size), FILTERS[filter])
        output = Path(tempfile.gettempdir()) / "thumbnail.png"
        small.save(output)
        return output
