from __future__ import annotations
from cog import BaseModel

class Node(BaseModel):
    children: list[Leaf]

class Leaf(BaseModel):
    parent: Node | None = None

def predict(text: str) -> Node: ...
