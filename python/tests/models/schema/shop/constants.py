from .prices import CURRENCIES as _ALL
from . import limits

DEFAULT = _ALL[0]
