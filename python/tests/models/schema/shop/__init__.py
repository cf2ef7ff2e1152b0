from . import constants
from .models import Basket as Basket
