"""Where BasePredictor was before cog 0.17."""

from cog.deprecated import warn
from cog.predictor import BasePredictor as BasePredictor

warn(__name__)
