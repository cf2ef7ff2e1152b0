from cog import Input
SIZES = ["a", "b"]
from parts.sizes import *
DEFAULT = "c"

def predict(a: str = Input(choices=SIZES, default=DEFAULT)) -> str: ...
