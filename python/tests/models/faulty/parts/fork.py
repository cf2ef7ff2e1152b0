# Each name may be either of two.
if input():
    LEAF = B0 = 1
else:
    LEAF = C0 = 2
