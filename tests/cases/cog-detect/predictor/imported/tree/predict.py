from models.text import (
    Other as Predictor,  # see there
)
