"""Its own names, and those of its modules."""

from .item import *
from .order import Basket

__all__ = ["Basket", "Customer", "Item"]
