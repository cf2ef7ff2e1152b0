import enum

from cog import BaseModel


class Shape(enum.Enum):
    BOX = "box"
    MASK = "mask"


class Detection(BaseModel):
    shape: Shape
    area: float
