"""Imports its package, which imports it."""

from enum import Enum
from typing import Optional

import shop
from cog import BaseModel

from .item import Item


class Kind(str, Enum):
    NEW = "new"
    OLD = "old"


class Order(BaseModel):
    kind: Kind
    item: Item


class Basket(BaseModel):
    items: list[Item]
    order: Optional["Order"]
    first: "shop.models.Item | None" = None
