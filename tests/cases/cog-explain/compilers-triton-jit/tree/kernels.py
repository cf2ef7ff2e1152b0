import triton as t
from triton import jit


@jit
def kernel(x):
    pass
