"""Models in models in lists in dicts, twice over; a diamond of bases."""

from cog import BaseModel


class A(BaseModel):
    a: int
    kind: str = "a"


class B(A):
    kind: int


class C(A):
    kind: float
    c: list[dict[str, list[A]]] | None = None


class D(B, C):
    d: A | None = None
    again: A | None = None


def predict(n: int) -> dict[str, list[D]]:
    return {}
