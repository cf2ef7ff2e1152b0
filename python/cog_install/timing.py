"""How long the parts of an installation take."""

import contextlib
import time
from collections.abc import Iterator


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints it in uv's form, "Prepared 8 packages in 2.31s", which cog-submit(1) sums up."""
    start = time.monotonic()
    yield
    print(f"{what} in {time.monotonic() - start:.2f}s", flush=True)
