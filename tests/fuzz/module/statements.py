a = b, (c, *d) = 1; e: int = 2
from . import (f as g,
 h)
x = f"{y!r:>{w}} {z[1:2]}"; if x: j = rb"\""
