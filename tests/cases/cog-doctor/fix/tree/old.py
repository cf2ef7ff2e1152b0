import os

from cog.base_predictor import BasePredictor
from cog.server.scope import current_scope # note
