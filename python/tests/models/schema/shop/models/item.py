from __future__ import annotations

from typing import TypedDict


class Item(TypedDict):
    name: str
    parent: Id | None


class Customer(TypedDict, total=False):
    name: str


Id = int
