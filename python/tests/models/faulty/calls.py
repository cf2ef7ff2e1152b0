"""Calls of functions of the project that the reader does not follow to their end."""

from cog import Input

def forever(n): return forever(n)
def wider(n): return wider(n + 1) + wider(n + 1)
def table(n): return {"a": table(n), "b": table(n), "c": table(n)}
def longer(x):
    y = [x, x]
    return longer(y)
def two(x):
    if x:
        return 1
    return 2
def stars(*values): return values
def hides(function): return print
@hides
def wrapped(): return 1
def made(**options): return Input(**options)
def plain(a, b=2): return a + b
CLASSES = {"a": object, "b": object()}

def predict(
    a: int = forever(1),
    b: int = wider(1),
    c: dict = table(1),
    d: list = longer(1),
    e: int = two(0),
    f: list = stars(1),
    g: int = wrapped(),
    h: int = made(ge=1),
    i: int = plain(),
    j: int = plain(1, c=2),
    k: int = plain(1, 2, 3),
    l: int = plain(1, a=2),
    m: int = plain("a"),
    n: str = Input(choices=list(CLASSES.values())),
    o: str = CLASSES["a"],
    p: int = missing(1),
) -> str: ...
