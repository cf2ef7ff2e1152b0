import os
from cog.server.exceptions import CancelationException
    from cog.types import Input as I
from cog.types import Path
from cog.base_predictor import BasePredictor, Thing
