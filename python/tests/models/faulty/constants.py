import random
from cog import Input

TWICE = 1
TWICE = 2
GROWN = ["a"]
GROWN.append("b")
SET_ITEM = {}
SET_ITEM["a"] = 1
ADDED = ["a"]
ADDED += ["b"]
FILE = open("labels.txt").read().split()
FIRST, *REST = [1, 2]
for LOOP in range(3):
    pass
BIG = "x" * 10**9
POWER = 9**9**9
WIDE = f"{1:>{10**9}}"
SLOW = [a for a in range(10**5) for b in range(10**5)]
DEEP = [[[1] * 1000] * 1000] * 1000

def predict(
    a: int = TWICE,
    b: str = Input(choices=GROWN),
    c: dict = SET_ITEM,
    d: list[str] = ADDED,
    e: str = Input(choices=FILE),
    f: int = FIRST,
    g: int = LOOP,
    h: str = BIG,
    i: int = POWER,
    j: str = WIDE,
    k: list[int] = SLOW,
    l: list = DEEP,
    m: float = random.random(),
    n: str = Input(description="Runs {0.real}".format(3)),
    o: int = (lambda: 3)(),
    p: int = [1][2],
    q: int = 1 // 0,
    r: str = "a" + 1,
) -> str: ...
