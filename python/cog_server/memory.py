"""Memory that is no longer needed goes back to the system.

Of what is freed, the C library keeps much for the next time: hundreds of megabytes after a few
large predictions, in a server that may be idle for hours.
"""

import functools
import gc
import os
from collections.abc import Callable
from typing import Any

# Less is not worth some milliseconds of a busy server.
_WORTH_BYTES = 8 << 20
_BUSY_TICKS = 10
# Options of mallopt(3), and how large a block may be that is kept, and all of them.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BLOCK_BYTES = 32 << 20
_KEPT_BYTES = 256 << 20
# Where it has helped little the last time, the next is put off, twice as long each time.
_MOST_TICKS = 16


class Memory:
    """Gives memory back. tick() is called every second."""

    def __init__(self) -> None:
        self._least = 0
        self._last = 0
        self._pause = 1
        self._waited = 0

    def tick(self, busy: bool) -> None:
        """Look how much there is; give back what can be, if that may be much."""
        self._waited += 1
        now = _resident()
        if now > self._last + _WORTH_BYTES:
            self._pause = 1
        if now > self._least + _WORTH_BYTES and self._waited >= (
            _BUSY_TICKS if busy else self._pause
        ):
            self._give_back(now)

    def _give_back(self, before: int) -> None:
        gc.collect()
        _trim()(0)
        self._last = _resident()
        self._least = min(self._least or self._last, self._last)
        little = before - self._last < _WORTH_BYTES
        self._pause = min(2 * self._pause, _MOST_TICKS) if little else 1
        self._waited = 0


@functools.cache
def expect_much() -> None:
    """Have glibc keep what is freed for the next large prediction, which is much faster, until
    tick() gives it back. Without this that depends on what lies where.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", lambda option, value: 0)
    mallopt(_M_MMAP_THRESHOLD, _KEPT_BLOCK_BYTES)
    mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


@functools.cache
def _trim() -> Callable[[int], Any]:
    """Return glibc's malloc_trim, or what stands for it elsewhere."""
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", lambda pad: 0)


def _resident() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
